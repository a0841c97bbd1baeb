import type { Context, ObjectKindHandler } from "../context.js";

/** The ground: nothing but the supervisor itself. */
export function platforms({ home }: Context): ObjectKindHandler<"platform"> {
    return {
        apply: async () => ({ result: { supervisor: home }, secretResult: {} }),
        drift: async () => [],
        remove: async () => undefined,
    };
}
