import { describe } from "vitest";
import { PLAIN_QUEUE, testCluster } from "../../providers/local/postgres/support.js";
import { conformance } from "./cases.js";

describe("PostgreSQL: the local target", () => {
    const { cluster } = testCluster();

    conformance({
        async make(name, settings) {
            const urls = await cluster.createQueue(name, { ...PLAIN_QUEUE, ...settings });
            return {
                ...urls,
                async depth() {
                    const { visible, inFlight, delayed } = await cluster.queueDepth(name);
                    return visible + inFlight + delayed;
                },
            };
        },
        shortestVisibilitySeconds: 2,
        delay: "kept",
        deduplication: "kept",
        groups: "always",
        counts: true,
        rights: true,
        async crash() {
            const { pid } = await cluster.ensure();
            process.kill(pid, "SIGKILL");
            await cluster.ensure();
        },
    });
});
