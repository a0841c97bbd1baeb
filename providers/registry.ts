import { TARGETS, type Target, type TargetName } from "./contract.js";

/**
 * One line per target. The module is loaded when the target is used, and synchronously: a program stays synchronous,
 * and an SDK that is not installed is not asked for.
 */
const LOADERS: { readonly [T in TargetName]?: () => { readonly target: Target } } = {
    local: () => require("./local/index.js"),
    kubernetes: () => require("./kubernetes/index.js"),
    aws: () => require("./aws/index.js"),
    azure: () => require("./azure/index.js"),
};

/** Targets that this version can run on. */
export const BUILT_TARGETS = TARGETS.filter((name) => LOADERS[name] !== undefined);

const loaded = new Map<TargetName, Target>();

/** @throws Error when the target is not built yet, or when a package that it needs is not installed. */
export function loadTarget(name: TargetName): Target {
    const known = loaded.get(name);
    if (known) return known;
    const load = LOADERS[name];
    if (!load) {
        throw new Error(
            `The target "${name}" is not in this version of twelvefold; available: ${BUILT_TARGETS.join(", ")}. ` +
                "Choose one with: pulumi config set twelvefold:target local",
        );
    }
    let target: Target;
    try {
        target = load().target;
    } catch (error) {
        const missing = /Cannot find module '([^'./][^']*)'/.exec(String(error))?.[1];
        if (missing === undefined) throw error;
        throw new Error(
            `The target "${name}" needs the package "${missing}", which is not installed. Run: npm install ${missing}`,
        );
    }
    loaded.set(name, target);
    return target;
}
