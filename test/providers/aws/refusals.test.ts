import { output } from "@pulumi/pulumi";
import { App, type AppArgs, LoadBalancer, type LoadBalancerArgs, Platform } from "twelvefold";
import { describe, expect, test } from "vitest";
import { IMAGE, run, web } from "./programs.js";

const front = () => new LoadBalancer("front");
const routes = (...paths: string[]) => {
    const loadBalancer = front();
    return paths.map((path) => ({ loadBalancer, path }));
};

describe("an App is refused", () => {
    test.each<[string, () => Partial<AppArgs>, string]>([
        [
            "beyond Fargate",
            () => ({ cpu: 32, memoryMiB: 1024 }),
            "cpu is 32 and memoryMiB is 1024. Fargate ends at 16 vCPU and 120 GiB per task; use more replicas.",
        ],
        [
            "that stops too slowly",
            () => ({ stopTimeoutSeconds: 121 }),
            "stopTimeoutSeconds is 121; allowed on aws: at most 120. Fargate kills a container 120 seconds after SIGTERM.",
        ],
        [
            "that starts too slowly to be asked from inside",
            () => ({ health: { startupSeconds: 301 } }),
            "health.startupSeconds is 301; allowed on aws without a route: at most 300, the longest time that ECS waits for a check inside the container.",
        ],
        [
            "with unequal steps",
            () => ({
                routes: routes("/"),
                rollout: {
                    strategy: "canary",
                    steps: [10, 50].map((percent) => ({ percent, bakeSeconds: 60 })),
                },
            }),
            "rollout.steps: Amazon ECS shifts traffic once (canary) or in equal steps (linear); write one step, or equal steps with equal bake times.",
        ],
        [
            "with three paths to shift",
            () => ({ routes: routes("/a", "/b", "/c"), rollout: { strategy: "blueGreen" } }),
            "routes: an app with blueGreen or canary can have two paths per load balancer (one with a host), all under the same host.",
        ],
        [
            "with errors that nobody counts",
            () => ({ rollout: { rollbackOn: { errorPercent: 1 } } }),
            "rollout.rollbackOn.errorPercent needs a route on aws: load balancers count answers.",
        ],
        [
            "with a path that no rule takes",
            () => ({ routes: routes(`/${"a".repeat(126)}`) }),
            `routes: path is "/${"a".repeat(126)}"; allowed on aws: at most 126 characters.`,
        ],
        [
            "without its folder",
            () => ({ image: undefined, build: { context: "./nowhere" } }),
            'build.context is "./nowhere", and there is no folder',
        ],
    ])("%s", async (_, args, message) => {
        await expect(run(() => web(args()))).rejects.toThrow(message);
    });

    test("that shifts traffic nobody sends", async () => {
        const program = () => new App("worker", { image: IMAGE, rollout: { strategy: "blueGreen" } });
        await expect(run(program)).rejects.toThrow(
            'rollout.strategy is "blueGreen". There is no traffic to shift; use rolling.',
        );
    });

    test.each([
        "canary",
        "rolling",
    ] as const)("that shares a path while somebody shifts, itself %s", async (strategy) => {
        const program = () => {
            const loadBalancer = front();
            const other = strategy === "canary" ? "rolling" : "canary";
            const legacy = web({ routes: [{ loadBalancer, path: "/" }], rollout: { strategy: other } }, "legacy");
            const share = { loadBalancer, path: "/orders", percent: 20, otherwise: legacy };
            web({ routes: [share], rollout: { strategy } });
        };
        await expect(run(program)).rejects.toThrow(
            "routes: Amazon ECS rewrites the weights of a route during a rollout, so a split between two apps needs rollout: rolling on both.",
        );
    });

    test("that leaves the rest to an app without a route there", async () => {
        const program = () => {
            const legacy = web({}, "legacy");
            web({ routes: [{ loadBalancer: front(), path: "/orders", percent: 20, otherwise: legacy }] });
        };
        await expect(run(program)).rejects.toThrow(
            'App "web": otherwise is App "legacy", which has no route on LoadBalancer "front"; give it one, or name another app.',
        );
    });
});

test.each<[LoadBalancerArgs, string]>([
    [
        { routing: "latency" },
        'routing is "latency" without domain. The region is chosen in DNS, which needs a domain and its hosted zone.',
    ],
    [
        { allowedCidrs: output(["10.0.0.0/8"]) },
        "allowedCidrs is computed; allowed on aws: a plain list, since it decides which rules exist.",
    ],
])("a LoadBalancer is refused: %o", async (args, message) => {
    await expect(run(() => new LoadBalancer("front", args))).rejects.toThrow(message);
});

describe("a Platform is refused", () => {
    test("with zones that are not known", async () => {
        await expect(run(() => new Platform("ground", { zones: output(2) }))).rejects.toThrow(
            "zones is computed; allowed on aws: a plain number, since it decides which subnets exist.",
        );
    });

    test("in a network without private subnets", async () => {
        const call = (token: string) => (token.endsWith("getSubnets") ? { ids: [] } : undefined);
        await expect(run(() => new Platform("ground", { network: "vpc-1" }), { call: call as never })).rejects.toThrow(
            "twelvefold:aws.vpcId needs privateSubnetIds with a route to the internet or to VPC endpoints.",
        );
    });

    test("with a block that is no /16", async () => {
        await expect(run(() => new Platform("ground", { aws: { cidr: "10.0.0.0/20" } }))).rejects.toThrow(
            'twelvefold:aws.cidr is "10.0.0.0/20"; allowed: a /16, for example "10.0.0.0/16".',
        );
    });
});
