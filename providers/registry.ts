import type { Target, TargetName } from "./contract.js";

/**
 * One line per target. The module is loaded when the target is used, and synchronously: a program stays synchronous,
 * and an SDK that is not installed is not asked for.
 */
const LOADERS: { readonly [T in TargetName]: () => { readonly target: Target } } = {
    local: () => require("./local/index.js"),
    kubernetes: () => require("./kubernetes/index.js"),
    aws: () => require("./aws/index.js"),
    azure: () => require("./azure/index.js"),
};

const loaded = new Map<TargetName, Target>();

/** @throws Error when a package that the target needs is not installed */
export function loadTarget(name: TargetName): Target {
    const known = loaded.get(name);
    if (known) return known;
    let target: Target;
    try {
        target = LOADERS[name]().target;
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
