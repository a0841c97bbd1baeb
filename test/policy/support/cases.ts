/** How fixtures are written: a rule, and for each type of resource something that passes and something that fails. */
import type { RuleName } from "#dist/policy/index.js";
import { type Platform, platformOf, type Resource } from "#dist/policy/resource.js";
import type { Profile } from "#dist/policy/rule.js";
import { aws, azure, type ContainerFixture, intents, kubernetes, resource } from "./render.js";

export interface Case {
    readonly rule: RuleName;
    readonly platform: Platform;
    /** The type that is judged; absent for a rule about the stack. */
    readonly type?: string;
    readonly pass: readonly Resource[];
    readonly fail: readonly Resource[];
    /** The rule has no opinion on this type, though it knows the form: neither passes nor fails. */
    readonly silent: boolean;
    readonly profile: Profile;
    /** Other stacks, as their exports have them. */
    readonly others?: readonly Resource[];
}

const RENDERERS = { intent: intents, aws, azure, kubernetes };

/** One container that passes and one that fails, in the form of every type of these platforms. */
export function containers(
    rule: RuleName,
    platforms: readonly (keyof typeof RENDERERS)[],
    pass: ContainerFixture,
    fail: ContainerFixture,
    options: { readonly silent?: readonly string[]; readonly only?: readonly string[] } = {},
): readonly Case[] {
    return platforms.flatMap((platform) => {
        const good = RENDERERS[platform](pass);
        const bad = RENDERERS[platform](fail);
        return good.flatMap((entry, index): Case[] => {
            const other = bad[index];
            if (other === undefined) return [];
            if (options.only !== undefined && !options.only.includes(entry.type)) return [];
            const silent = options.silent?.includes(entry.type) ?? false;
            return [{ rule, platform, type: entry.type, pass: [entry], fail: [other], silent, profile: "production" }];
        });
    });
}

/** Properties of one type that pass and that fail. */
export function props(
    rule: RuleName,
    type: string | readonly string[],
    pass: object,
    fail: object,
    more: { readonly pass?: Partial<Resource>; readonly fail?: Partial<Resource> } = {},
): readonly Case[] {
    return [type].flat().map((name) => ({
        rule,
        platform: platformOf(name) ?? "intent",
        type: name,
        pass: [resource(name, pass, more.pass)],
        fail: [resource(name, fail, more.fail)],
        silent: false,
        profile: "production",
    }));
}

/** A stack that passes and one that fails. */
export function stack(
    rule: RuleName,
    platform: Platform,
    pass: readonly Resource[],
    fail: readonly Resource[],
    others?: readonly Resource[],
): readonly Case[] {
    return [{ rule, platform, pass, fail, silent: false, profile: "production", ...(others ? { others } : {}) }];
}
