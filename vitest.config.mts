import { defineConfig } from "vitest/config";

/** Tests exercise the compiled package, the thing that is shipped; vite must leave it alone. */
const server = { deps: { external: [/\/dist\//] } };

/** Suites that start many processes run one after the other: two cores do not measure two rollouts at once. */
const SERIAL = [
    "test/e2e/**/*.test.ts",
    "test/engine/smoke.test.ts",
    "test/providers/kubernetes/cluster/cluster.test.ts",
    "test/providers/kubernetes/node/node.test.ts",
    "test/policy/engine/**/*.test.ts",
    "test/providers/local/graphs.test.ts",
    "test/providers/local/supervisor/**/*.test.ts",
    "test/runtime/conformance/**/*.test.ts",
    "test/stacks/**/*.test.ts",
];

export default defineConfig({
    test: {
        reporters: process.env.CI ? ["default", "json"] : ["default"],
        outputFile: { json: ".twelvefold/test-results.json" },
        projects: [
            {
                test: {
                    name: "unit",
                    server,
                    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
                    exclude: SERIAL,
                    testTimeout: 30_000,
                    hookTimeout: 60_000,
                    sequence: { groupOrder: 0 },
                },
            },
            {
                test: {
                    name: "processes",
                    server,
                    include: SERIAL,
                    maxWorkers: 1,
                    fileParallelism: false,
                    testTimeout: 180_000,
                    hookTimeout: 600_000,
                    sequence: { groupOrder: 1 },
                },
            },
        ],
    },
});
