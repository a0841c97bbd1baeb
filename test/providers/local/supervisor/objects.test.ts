import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BalancerSpec, JobSpec, ObjectKind, SpecOf } from "#dist/providers/local/spec.js";
import type { ClusterPart } from "#dist/providers/local/supervisor/parts.js";
import { appSpec, eventually, TestHome, WEB } from "./harness.js";

let at: TestHome;
let taker: Server | undefined;
beforeEach(() => {
    at = new TestHome();
});
afterEach(async () => {
    await at.close();
    await new Promise<void>((resolve) => (taker ? taker.close(() => resolve()) : resolve()));
    taker = undefined;
});

const BALANCER: BalancerSpec = {
    algorithm: "roundRobin",
    port: 0,
    idleTimeoutSeconds: 60,
    allowedCidrs: [],
    accessLogs: false,
    proxyProtocol: false,
};

function apply<K extends ObjectKind>(kind: K, name: string, spec: SpecOf<K>) {
    return at.supervisor.apply(kind, name, { spec, secrets: {}, projectRoot: WEB }, () => undefined);
}

test("a balancer has the same port after every removal", async () => {
    const { result } = await apply("balancer", "front", BALANCER);
    expect(result).toEqual({ url: `http://127.0.0.1:${result.port}`, hostname: "127.0.0.1", port: result.port });
    await apply("platform", "default", { project: "p", stack: "s" });
    await at.supervisor.remove("balancer", "front");
    expect(at.proxy.listeners.size).toBe(0);
    expect((await apply("balancer", "front", BALANCER)).result.port).toBe(result.port);
});

test("a chosen port that somebody else took is given up, a fixed one is an error", async () => {
    const { port } = (await apply("balancer", "front", BALANCER)).result;
    at.proxy.refusePort = port;
    taker = createServer();
    await new Promise<void>((resolve) => taker?.listen(port, "127.0.0.1", resolve));
    expect((await apply("balancer", "front", { ...BALANCER, idleTimeoutSeconds: 5 })).result.port).not.toBe(port);
    await expect(apply("balancer", "other", { ...BALANCER, port })).rejects.toThrow(`port ${port} is in use`);
    expect(at.supervisor.store.get("balancer", "other")).toBeUndefined();
});

test("a proxy that was killed comes back and is told everything again", async () => {
    await apply("balancer", "front", BALANCER);
    await at.apply("web", appSpec({ replicas: 1 }));
    const { proxy } = await at.supervisor.status();
    at.proxy.sources.clear();
    at.proxy.listeners.clear();
    process.kill(proxy?.pid ?? 0, "SIGKILL");
    await eventually(() => at.proxy.sources.size === 1 && at.proxy.listeners.size === 2);
    expect((await at.supervisor.status()).proxy?.pid).not.toBe(proxy?.pid);
});

const JOB: JobSpec = {
    app: "mailer",
    environment: { NAME: "job" },
    command: ["node", "-e", "console.log(process.env.NAME)"],
    timeZone: "UTC",
    timeoutSeconds: 10,
    retries: 0,
    allowOverlap: false,
    releaseId: "x",
};

test("a scheduled job runs by the clock, never twice at a time", async () => {
    await at.apply("mailer", appSpec({ process: "worker", listens: false, replicas: 1 }));
    const slow = { ...JOB, command: ["sleep", "2.5"], schedule: "* * * * * *" };
    expect((await apply("job", "tick", slow)).result.lastRun).toBe("never");
    await eventually(async () => ((await at.supervisor.status()).jobs[0]?.runs.length ?? 0) >= 2);
    const runs = (await at.supervisor.status()).jobs[0]?.runs ?? [];
    expect(runs.filter(({ status }) => status === "running").length).toBeLessThanOrEqual(1);
    expect(runs.at(-1)?.status).toBe("succeeded");
    expect(at.records.some(({ line }) => line.includes("this one is left out"))).toBe(true);
});

test("a job's time limit and a wrong schedule are errors", async () => {
    await at.apply("mailer", appSpec({ process: "worker", listens: false, replicas: 1 }));
    const endless = { ...JOB, command: ["sleep", "60"], timeoutSeconds: 1 };
    await expect(apply("job", "endless", endless)).rejects.toThrow(
        'Job "endless" did not end within 1 s and was stopped.',
    );
    await expect(apply("job", "wrong", { ...JOB, schedule: "every day" })).rejects.toThrow(/pattern/i);
    await expect(apply("job", "lost", { ...JOB, app: "nobody" })).rejects.toThrow(
        'uses the app "nobody", which has no release that serves',
    );
});

test("a protected database is not removed, and stays even when all else goes", async () => {
    const dropped: string[] = [];
    at.parts.cluster = () => fakeCluster(dropped);
    const spec = { version: "17", extensions: [], deletionProtection: true };
    await apply("platform", "default", { project: "p", stack: "s" });
    await apply("database", "orders", spec);
    await expect(at.supervisor.remove("database", "orders")).rejects.toThrow(
        'Database "orders" is protected against deletion. Set deletionProtection to false, run pulumi up, then destroy.',
    );
    await expect(at.supervisor.remove("platform", "default")).rejects.toThrow("is protected");
    expect(dropped).toEqual([]);
    await apply("database", "orders", { ...spec, deletionProtection: false });
    await at.supervisor.remove("database", "orders");
    expect(dropped).toEqual(["orders"]);
});

function fakeCluster(dropped: string[]): ClusterPart {
    const queue = { url: "", deadLetterUrl: "", sendUrl: "", receiveUrl: "", deadLetterReceiveUrl: "" };
    return {
        ensure: async () => ({ version: "17", port: 5432, pid: process.pid }),
        running: async () => true,
        maintain: async () => undefined,
        stop: async () => undefined,
        destroy: async () => undefined,
        createDatabase: async (name) => ({ host: "127.0.0.1", port: 5432, name, username: name, url: "postgresql://" }),
        databaseExists: async () => true,
        dropDatabase: async (name) => void dropped.push(name),
        createQueue: async () => queue,
        queueExists: async () => true,
        dropQueue: async () => undefined,
        queueDepth: async () => ({ visible: 0, inFlight: 0, delayed: 0, dead: 0, oldestSeconds: 0 }),
    };
}
