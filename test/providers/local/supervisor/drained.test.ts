import { afterEach, beforeEach, expect, test } from "vitest";
import type { SourceConfig } from "#dist/providers/local/supervisor/parts.js";
import { appSpec, eventually, isRunning, TestHome } from "./harness.js";

let at: TestHome;
beforeEach(() => {
    at = new TestHome();
});
afterEach(() => at.close());

/** What the client says of a proxy that is too busy to answer in time. */
function late(): Error {
    return Object.assign(new Error("did not answer in time"), { code: "ETIMEDOUT" });
}

test("a replica is not stopped before a busy proxy knows that it gets no more requests", async () => {
    await at.apply("web", appSpec({ stopTimeoutSeconds: 20, replicas: 2 }));
    const before = await at.pids("web");
    const put = at.proxy.putSource.bind(at.proxy);
    let refused = 0;
    const running: number[] = [];
    at.proxy.putSource = async (config: SourceConfig) => {
        if (!config.endpoints.some(({ state }) => state === "draining")) return put(config);
        if (refused++ < 4) throw late();
        running.push(before.filter(isRunning).length);
        return put(config);
    };
    await at.apply("web", appSpec({ stopTimeoutSeconds: 20, replicas: 1 }));
    await eventually(() => before.filter(isRunning).length === 1);
    expect(running[0]).toBe(2);
});

test("a replica is not stopped while a busy proxy does not tell whether it has requests", async () => {
    await at.apply("web", appSpec({ stopTimeoutSeconds: 20, replicas: 2 }));
    const before = await at.pids("web");
    const stats = at.proxy.stats.bind(at.proxy);
    let asked = 0;
    let running = 0;
    at.proxy.stats = async () => {
        if (asked++ < 4) throw late();
        running ||= before.filter(isRunning).length;
        return stats();
    };
    await at.apply("web", appSpec({ stopTimeoutSeconds: 20, replicas: 1 }));
    await eventually(() => before.filter(isRunning).length === 1);
    expect(running).toBe(2);
});

test("a replica that fails its liveness check gets no more requests before it gets SIGTERM", async () => {
    const spec = appSpec({ replicas: 1, behaviour: "errors" });
    const health = { ...spec.health, intervalSeconds: 0.1, failureThreshold: 1 };
    await at.apply("web", { ...spec, health });
    const [pid = 0] = await at.pids("web");
    const put = at.proxy.putSource.bind(at.proxy);
    let alive: boolean | undefined;
    at.proxy.putSource = async (config: SourceConfig) => {
        if (alive === undefined && config.endpoints.length === 0) {
            // Long enough for a SIGTERM that does not wait for this.
            await new Promise((resolve) => setTimeout(resolve, 1000));
            alive = isRunning(pid);
        }
        return put(config);
    };
    await at.apply("web", { ...spec, health: { ...health, livenessPath: "/broken" } });
    await eventually(() => !isRunning(pid));
    expect(alive).toBe(true);
});
