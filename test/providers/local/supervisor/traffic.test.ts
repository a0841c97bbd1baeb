import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Agent, Pool, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect, type SupervisorClient } from "#dist/providers/local/client.js";
import type { AppSpec, BalancerSpec, RolloutSpec } from "#dist/providers/local/spec.js";
import { appSpec, eventually, isRunning, WEB } from "./harness.js";

let root: string;
let home: string;
let client: SupervisorClient;
let url: string;
const stateHome = process.env.XDG_STATE_HOME;

const BALANCER: BalancerSpec = {
    algorithm: "roundRobin",
    port: 0,
    idleTimeoutSeconds: 60,
    allowedCidrs: [],
    accessLogs: true,
    proxyProtocol: false,
};

beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), "twelvefold-test-"));
    process.env.XDG_STATE_HOME = root;
    home = path.join(root, "twelvefold", "project", "stack");
    client = await connect(home, { start: true });
    await client.apply("platform", "default", {
        spec: { project: "project", stack: "stack" },
        secrets: {},
        projectRoot: WEB,
    });
    url = (await client.apply("balancer", "front", { spec: BALANCER, secrets: {}, projectRoot: WEB })).result.url;
});
afterEach(async () => {
    if (existsSync(path.join(home, "state"))) await client.remove("platform", "default");
    if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = stateHome;
    rmSync(root, { recursive: true, force: true });
});

const RULES = { alarms: [] };
const ROLLOUTS: Record<string, RolloutSpec> = {
    rolling: { strategy: "rolling", steps: [], bakeSeconds: 0, rollbackOn: RULES },
    blueGreen: { strategy: "blueGreen", steps: [], bakeSeconds: 0.5, rollbackOn: RULES },
    canary: { strategy: "canary", steps: [{ percent: 20, bakeSeconds: 0.5 }], bakeSeconds: 0, rollbackOn: RULES },
};

function deploy(change: Partial<AppSpec> & { behaviour?: string }, name = "web") {
    const routes = [{ home, balancer: "front", path: "/", stripPrefix: false }];
    const spec = appSpec({ routes, stopTimeoutSeconds: 5, ...change });
    return client.apply("app", name, { spec, secrets: {}, projectRoot: WEB });
}

/** Requests without a pause, on kept and on new connections, until told to stop. */
class Load {
    readonly statuses = new Map<number | string, number>();
    private going = true;
    private readonly kept = new Pool(url, { connections: 8 });
    private readonly workers: Promise<void>[];

    constructor() {
        const fresh = () => new Agent({ pipelining: 0 });
        this.workers = [
            ...Array.from({ length: 6 }, () => this.work(() => this.kept.request({ path: "/", method: "GET" }))),
            ...Array.from({ length: 2 }, () => this.work(() => request(url, { dispatcher: fresh() }))),
        ];
    }

    get total(): number {
        return [...this.statuses.values()].reduce((sum, count) => sum + count, 0);
    }

    async stop(): Promise<Record<string, number>> {
        this.going = false;
        await Promise.all(this.workers);
        await this.kept.close();
        return Object.fromEntries(this.statuses);
    }

    private async work(ask: () => ReturnType<typeof request>): Promise<void> {
        while (this.going) {
            const result = await ask().then(
                async ({ statusCode, body }) => {
                    await body.dump();
                    return statusCode;
                },
                (error: Error) => error.message,
            );
            this.statuses.set(result, (this.statuses.get(result) ?? 0) + 1);
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    }
}

test("what is served by the balancer and inside the stack, and gone with it", async () => {
    const { result } = await deploy({});
    for (const address of [url, result.internalUrl]) expect(await (await fetch(address)).text()).toMatch(/^good \d+$/);
    const { proxy, supervisor, apps } = await client.status();
    const pids = [proxy?.pid ?? 0, supervisor.pid, ...(apps[0]?.replicas.map(({ pid }) => pid ?? 0) ?? [])];
    expect(pids.every(isRunning)).toBe(true);
    await client.remove("app", "web");
    await client.remove("balancer", "front");
    await client.remove("platform", "default");
    expect(pids.filter(isRunning)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
});

test.each(Object.keys(ROLLOUTS))("no request fails while a release is rolled out: %s", async (strategy) => {
    const rollout = ROLLOUTS[strategy] as RolloutSpec;
    await deploy({ rollout });
    const load = new Load();
    for (const version of ["2", "3"]) await deploy({ rollout, environment: { VERSION: version } });
    await eventually(() => load.total > 200);
    expect(await load.stop()).toEqual({ 200: expect.any(Number) });
});

test("a canary that answers 500 is rolled back, and no one else is bothered by it", async () => {
    await deploy({ replicas: 4 });
    const load = new Load();
    const rollout: RolloutSpec = {
        strategy: "canary",
        steps: [{ percent: 10, bakeSeconds: 60 }],
        bakeSeconds: 0,
        rollbackOn: RULES,
    };
    await expect(deploy({ replicas: 4, rollout, behaviour: "errors" })).rejects.toThrow(
        /2\d of 2\d requests failed|requests failed \(\d+\.\d %, allowed are 5 %\)\. Release 1 keeps serving/,
    );
    const statuses = await load.stop();
    expect(Object.keys(statuses).sort()).toEqual(["200", "500"]);
    expect((statuses[500] ?? 0) / load.total).toBeLessThan(0.2);
    expect((await client.status()).apps[0]?.release).toBe(1);
});

test("two apps on one path: the error names both, and the first goes on", async () => {
    await deploy({});
    await expect(deploy({}, "other")).rejects.toThrow(/web.*other|other.*web/s);
    expect((await client.status()).apps.map(({ name }) => name)).toEqual(["web"]);
    expect((await fetch(url)).status).toBe(200);
});

test("requests are answered while the supervisor is dead, and again after the proxy was killed", async () => {
    await deploy({});
    const { supervisor, proxy } = await client.status();
    process.kill(supervisor.pid, "SIGKILL");
    await eventually(() => !isRunning(supervisor.pid));
    expect((await fetch(url)).status).toBe(200);
    expect((await client.status()).proxy?.pid).toBe(proxy?.pid);
    process.kill(proxy?.pid ?? 0, "SIGKILL");
    await eventually(() =>
        fetch(url).then(
            ({ status }) => status === 200,
            () => false,
        ),
    );
    expect(isRunning(proxy?.pid ?? 0)).toBe(false);
});

test("HTTPS with a certificate of this machine, and a redirect to it", async () => {
    const tls = { hostname: "shop.localhost", redirect: true };
    const made = await client.apply("balancer", "front", {
        spec: { ...BALANCER, tls },
        secrets: {},
        projectRoot: WEB,
    });
    await deploy({});
    const port = new URL(made.result.url).port;
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false, servername: "shop.localhost" } });
    const { statusCode, body } = await request(`https://127.0.0.1:${port}/`, { dispatcher });
    expect([statusCode, (await body.text()).slice(0, 4)]).toEqual([200, "good"]);
    expect(made.result).toMatchObject({ hostname: "shop.localhost", url: `https://shop.localhost:${port}` });
    expect((await fetch(url, { redirect: "manual" })).status).toBe(308);
    await dispatcher.close();
});
