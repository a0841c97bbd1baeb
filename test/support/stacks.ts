import { type ProgramOptions, type Recorded, type Recording, runProgram } from "twelvefold/testing";
import { vi } from "vitest";

export type StackOptions = ProgramOptions & Required<Pick<ProgramOptions, "target">>;

/** Runs a program of stacks/, unchanged, as Pulumi does: in its own folder, each time anew. */
async function runStack(project: string, load: () => Promise<unknown>, options: StackOptions): Promise<Recording> {
    const before = process.cwd();
    process.chdir(`stacks/${project}`);
    vi.resetModules();
    try {
        return await runProgram(load, { profile: "development", project, ...options });
    } finally {
        process.chdir(before);
    }
}

export function runShop(options: StackOptions): Promise<Recording> {
    const config = {
        "shop:logRetentionDays": "7",
        "shop:minReplicas": "2",
        "shop:maxReplicas": "4",
        "shop:sessionKey": "hidden-key",
        ...options.config,
    };
    const secretKeys = ["shop:sessionKey"];
    return runStack("shop", () => import("../../stacks/shop/index.js"), { ...options, config, secretKeys });
}

/** @param ordersPercent What the new service gets of /orders. */
export function runStrangler(ordersPercent: number, options: StackOptions): Promise<Recording> {
    const config = { "strangler:ordersPercent": String(ordersPercent), ...options.config };
    return runStack("strangler", () => import("../../stacks/strangler/index.js"), { ...options, config });
}

export const CLUSTER_CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

/** @param config Settings of the program that makes a cluster ready, without their prefix. */
export function runPlatform(
    config: Readonly<Record<string, string>> = {},
    state: ProgramOptions["state"] = () => undefined,
): Promise<Recording> {
    const prefixed = Object.fromEntries(Object.entries(config).map(([key, value]) => [`platform:${key}`, value]));
    return runStack("platform", () => import("../../stacks/platform/index.js"), {
        target: "kubernetes",
        config: prefixed,
        state: (resource) => state(resource) ?? clusterState(resource),
    });
}

/** What a cluster answers. */
function clusterState({ type, id }: Recorded): Record<string, unknown> | undefined {
    if (id === "kube-system") return { metadata: { name: id, uid: "0000-1111" } };
    if (type.endsWith(":Secret") && id !== undefined) {
        return { data: { "tls.crt": Buffer.from(CLUSTER_CA).toString("base64") } };
    }
    return undefined;
}
