import { rm } from "node:fs/promises";
import type { Context, ObjectKindHandler } from "../context.js";

/** Log sinks: a folder each. What is due by age and size is removed by the supervisor's retention loop. */
export function sinks({ folders, output, store }: Context): ObjectKindHandler<"logs"> {
    return {
        async apply({ name, spec }, before) {
            const folder = folders.sink(name);
            // The next line opens it again, with the new settings.
            if (before === undefined || JSON.stringify(before.spec) !== JSON.stringify(spec))
                await output.forget(folder);
            return { result: { folder }, secretResult: {} };
        },
        drift: async () => [],
        async remove(name) {
            const folder = folders.sink(name);
            await output.forget(folder);
            // Others may still be read where the last supervisor's words are.
            if (store.size > 0) await rm(folder, { recursive: true, force: true });
        },
    };
}
