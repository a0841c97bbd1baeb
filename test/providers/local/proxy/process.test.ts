import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as path from "node:path";
import { expect, test } from "vitest";
import { socketFolder, socketPath } from "#dist/providers/local/paths.js";
import { ProxyClient } from "#dist/providers/local/proxy/client.js";
import { ProxyError } from "#dist/providers/local/proxy/types.js";
import {
    afterTest,
    ask,
    backend,
    endpoint,
    eventually,
    freePort,
    listenerConfig,
    source,
    temporaryFolder,
} from "./support.js";

const MAIN = path.resolve("dist/providers/local/proxy/main.js");

interface Running {
    readonly child: ChildProcess;
    readonly client: ProxyClient;
    readonly exited: Promise<number | null>;
    output(): string;
}

function start(home: string): Running {
    const child = spawn(process.execPath, [MAIN, home], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
            output += chunk;
        });
    }
    const exited = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
    afterTest(async () => {
        child.kill("SIGKILL");
        await exited;
    });
    return { child, exited, client: new ProxyClient(socketPath(home, "proxy")), output: () => output };
}

async function started(home: string): Promise<Running> {
    const running = start(home);
    await eventually(
        async () => (await running.client.stats().catch(() => undefined))?.pid === running.child.pid,
        running.output,
    );
    return running;
}

function isRefused(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = net.connect(port, "127.0.0.1", () => resolve(false));
        socket.on("connect", () => socket.destroy());
        socket.on("error", () => resolve(true));
    });
}

function newHome(): string {
    const home = temporaryFolder();
    afterTest(() => rmSync(socketFolder(home), { recursive: true, force: true }));
    return home;
}

test("It does again what it did, after kill -9", async () => {
    const home = newHome();
    const one = await backend("one");
    const port = await freePort();
    const first = await started(home);
    await first.client.putListener(listenerConfig(port));
    await first.client.putSource(source("shop", [endpoint("a", one.port)]));
    expect((await ask(port)).body).toBe("one");
    expect(statSync(socketPath(home, "proxy")).mode & 0o777).toBe(0o600);
    first.child.kill("SIGKILL");
    await first.exited;
    const second = await started(home);
    await eventually(async () => (await ask(port).catch(() => undefined))?.body === "one");
    expect(await second.client.stats()).toMatchObject({
        listeners: { "balancer/front": { port } },
        sources: { "home/shop": {} },
        problems: [],
    });
    await second.client.deleteListener("balancer/front");
    await second.client.deleteSource("home/shop");
    expect(JSON.parse(readFileSync(path.join(home, "state", "proxy.json"), "utf8"))).toEqual({
        listeners: [],
        sources: [],
    });
});

test("A second one on the same home refuses, and the first goes on", async () => {
    const home = newHome();
    const first = await started(home);
    const second = start(home);
    expect(await second.exited).toBe(1);
    expect(second.output()).toMatch(/^A proxy answers on .*proxy\.sock already; a home has one\./);
    expect((await first.client.stats()).pid).toBe(first.child.pid);
});

test.each([
    ["cut off", '{"listeners":[{"id":"bal'],
    ["of another shape", '{"listeners":[{}],"sources":[]}'],
    ["empty", ""],
])("A table that is %s is moved aside with a warning", async (_how, content) => {
    const home = newHome();
    mkdirSync(path.join(home, "state"));
    writeFileSync(path.join(home, "state", "proxy.json"), content);
    const running = await started(home);
    await eventually(() => running.output().includes("is damaged"));
    const aside = readdirSync(path.join(home, "state")).filter((name) => name.startsWith("proxy.json.damaged-"));
    expect(aside).toHaveLength(1);
    expect(readFileSync(path.join(home, "state", aside[0] as string), "utf8")).toBe(content);
    expect((await running.client.stats()).listeners).toEqual({});
});

test("A port that is taken at the start is waited for, and the others are served", async () => {
    const home = newHome();
    const squatter = await backend("squatter");
    const port = await freePort();
    mkdirSync(path.join(home, "state"));
    const listeners = [listenerConfig(squatter.port, { id: "balancer/a" }), listenerConfig(port, { id: "balancer/b" })];
    writeFileSync(path.join(home, "state", "proxy.json"), JSON.stringify({ listeners, sources: [] }));
    const running = await started(home);
    await eventually(async () => (await ask(port).catch(() => undefined))?.status === 404);
    const { problems } = await running.client.stats();
    expect(problems).toEqual([
        expect.stringContaining(`port ${squatter.port} of 127.0.0.1: it is in use by process ${process.pid} `),
    ]);
    await squatter.kill();
    await eventually(async () => (await ask(squatter.port).catch(() => undefined))?.status === 404);
    expect((await running.client.stats()).problems).toEqual([]);
});

test.each(["SIGTERM", "shutdown"])("On %s what is under way ends, and nothing is left", async (how) => {
    const home = newHome();
    const pending: http.ServerResponse[] = [];
    const one = await backend("one", (_request, response) => void pending.push(response));
    const port = await freePort();
    const running = await started(home);
    await running.client.putListener(listenerConfig(port));
    await running.client.putSource(source("shop", [endpoint("a", one.port)]));
    const agent = new http.Agent({ keepAlive: true });
    afterTest(() => agent.destroy());
    const answer = ask(port, "/", { agent });
    await eventually(() => pending.length === 1);
    if (how === "SIGTERM") running.child.kill("SIGTERM");
    else await running.client.shutdown();
    await eventually(() => isRefused(port));
    pending[0]?.end("done");
    expect(await answer).toMatchObject({ status: 200, body: "done", headers: { connection: "close" } });
    expect(await running.exited).toBe(0);
    expect(existsSync(socketPath(home, "proxy"))).toBe(false);
});

test("A request that never ends does not keep it from ending", async () => {
    const home = newHome();
    const one = await backend("one", () => undefined);
    const port = await freePort();
    const running = await started(home);
    await running.client.putListener(listenerConfig(port));
    await running.client.putSource(source("shop", [endpoint("a", one.port)]));
    const answer = ask(port).catch((error) => error.code);
    await eventually(() => one.requests.length === 1);
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    expect(await answer).toBe("ECONNRESET");
});

test("A socket that a cleaner removed comes back", async () => {
    const home = newHome();
    const running = await started(home);
    rmSync(socketFolder(home), { recursive: true });
    await eventually(
        async () => (await running.client.stats().catch(() => undefined))?.pid === running.child.pid,
        running.output,
    );
});

test("What the proxy refuses is an error with its sentence; what nobody answers has the code of the connection", async () => {
    const home = newHome();
    const { client, child, exited } = await started(home);
    const refused = client.putListener({ ...listenerConfig(80), idleTimeoutSeconds: -1 });
    await expect(refused).rejects.toBeInstanceOf(ProxyError);
    await expect(refused).rejects.toMatchObject({
        status: 400,
        message: 'listener "balancer/front": idleTimeoutSeconds is -1; allowed: 1 to 86400.',
    });
    await client.deleteListener("balancer/none");
    await client.deleteSource("home/none");
    child.kill("SIGKILL");
    await exited;
    await expect(client.stats()).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("A disk that is full stops no change of traffic, and is told", async () => {
    const home = newHome();
    const one = await backend("one");
    const port = await freePort();
    const running = await started(home);
    // A file where the folder should be: every write fails, also for root.
    rmSync(path.join(home, "state"), { recursive: true, force: true });
    writeFileSync(path.join(home, "state"), "");
    await running.client.putListener(listenerConfig(port));
    await running.client.putSource(source("shop", [endpoint("a", one.port)]));
    expect((await ask(port)).body).toBe("one");
    expect((await running.client.stats()).problems).toEqual([
        expect.stringMatching(/^Cannot write .*proxy\.json: .*The table is in force/),
    ]);
});
