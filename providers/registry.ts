import type { Target, TargetName } from "./contract.js";

interface Entry {
    /** Packages that are the user's to install. */
    readonly packages: readonly string[];
    readonly load: () => { readonly target: Target };
}

/**
 * One entry per target. The module is loaded when the target is used, and synchronously: a program stays synchronous,
 * and an SDK that is not installed is not asked for.
 */
const ENTRIES: { readonly [T in TargetName]: Entry } = {
    local: { packages: [], load: () => require("./local/index.js") },
    kubernetes: {
        packages: ["@pulumi/kubernetes", "@pulumi/docker", "@pulumi/random"],
        load: () => require("./kubernetes/index.js"),
    },
    aws: {
        packages: [
            "@pulumi/aws",
            "@pulumi/docker",
            "@pulumi/random",
            "@aws-sdk/client-ecs",
            "@aws-sdk/client-cloudwatch-logs",
        ],
        load: () => require("./aws/index.js"),
    },
    azure: {
        packages: ["@pulumi/azure-native", "@pulumi/docker", "@pulumi/random"],
        load: () => require("./azure/index.js"),
    },
};

const loaded = new Map<TargetName, Target>();

/** @throws Error that names the packages that the target needs and that are not installed */
export function loadTarget(name: TargetName): Target {
    const known = loaded.get(name);
    if (known) return known;
    let target: Target;
    try {
        target = ENTRIES[name].load().target;
    } catch (error) {
        const missing = ENTRIES[name].packages.filter((one) => !isInstalled(one));
        if (missing.length === 0) throw error;
        throw new Error(
            `The target "${name}" needs ${missing.join(", ")}, not installed here. Run: npm install ${missing.join(" ")}`,
        );
    }
    loaded.set(name, target);
    return target;
}

/** What a target needs beside this package. */
export function packagesOf(name: TargetName): readonly string[] {
    return ENTRIES[name].packages;
}

function isInstalled(name: string): boolean {
    try {
        require.resolve(`${name}/package.json`);
        return true;
    } catch (error) {
        // A package may keep its package.json to itself.
        return (error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
    }
}
