import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect, type SupervisorClient } from "#dist/providers/local/client.js";
import { socketFolder } from "#dist/providers/local/paths.js";
import type { AppSpec, JobSpec } from "#dist/providers/local/spec.js";
import { appSpec, eventually, isRunning, WEB } from "./harness.js";

let root: string;
let home: string;
const stateHome = process.env.XDG_STATE_HOME;
beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "twelvefold-test-"));
    process.env.XDG_STATE_HOME = root;
    home = path.join(root, "twelvefold", "project", "stack");
});
afterEach(async () => {
    await removeAll();
    if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = stateHome;
    rmSync(root, { recursive: true, force: true });
});

const WORKER: AppSpec = appSpec({ process: "worker", listens: false, replicas: 1 });
const PLATFORM = { project: "project", stack: "stack" };

function apply(client: SupervisorClient, name: string, spec: AppSpec = WORKER, secrets = {}) {
    return client.apply("app", name, { spec, secrets, projectRoot: WEB });
}

async function platform(): Promise<SupervisorClient> {
    const client = await connect(home, { start: true });
    await client.apply("platform", "default", { spec: PLATFORM, secrets: {}, projectRoot: WEB });
    return client;
}

async function removeAll(): Promise<void> {
    if (!existsSync(path.join(home, "state"))) return;
    const client = await connect(home, { start: true });
    for (const { name } of (await client.status()).apps) await client.remove("app", name);
    await client.remove("platform", "default");
}

/** Every process that has the home among its arguments or runs in it. */
function processesOf(folder: string): string[] {
    const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
    return lines.filter((line) => line.includes(folder));
}

test("three that connect at once get one supervisor", async () => {
    const clients = await Promise.all([1, 2, 3].map(() => connect(home, { start: true })));
    const pids = await Promise.all(clients.map(async (client) => (await client.status()).supervisor.pid));
    expect(new Set(pids).size).toBe(1);
    // The two that came too late see that, and leave.
    await eventually(() => processesOf(home).length === 1);
    await platform();
});

test("with the last object everything is gone from the machine", async () => {
    const client = await platform();
    await apply(client, "mailer");
    const { apps, supervisor } = await client.status();
    const pid = apps[0]?.replicas[0]?.pid ?? 0;
    expect(isRunning(pid)).toBe(true);
    await client.remove("app", "mailer");
    await client.remove("platform", "default");
    expect([pid, supervisor.pid].filter(isRunning)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
    expect(existsSync(socketFolder(home))).toBe(false);
    await client.remove("platform", "default");
    expect(readdirSync(root)).toEqual([]);
});

test("a killed supervisor is started by the next call, and its replicas went on", async () => {
    const client = await platform();
    await apply(client, "mailer");
    const before = (await client.status()).apps[0]?.replicas[0];
    process.kill((await client.status()).supervisor.pid, "SIGKILL");
    const after = (await client.status()).apps[0]?.replicas[0];
    expect(after).toEqual(before);
    expect((await client.read("app", "mailer")).drift).toEqual([]);
});

test("a supervisor that is killed in the middle of a call is asked again, and nothing is there twice", async () => {
    const client = await platform();
    const applying = apply(client, "mailer", { ...WORKER, replicas: 2 });
    await eventually(async () => ((await client.status()).apps[0]?.replicas.length ?? 0) > 0);
    process.kill((await client.status()).supervisor.pid, "SIGKILL");
    const { result } = await applying;
    expect(result.release).toBe(1);
    const [app] = (await client.status()).apps;
    const marks = processesWith("RELEASE_ID", app?.releaseId ?? "");
    expect(marks).toEqual(app?.replicas.map(({ pid }) => pid).sort());
    expect(marks).toHaveLength(2);
});

/** pids of processes with a variable in their environment. */
function processesWith(name: string, value: string): number[] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .filter((entry) => {
            try {
                return readFileSync(`/proc/${entry}/environ`, "utf8").split("\0").includes(`${name}=${value}`);
            } catch {
                return false;
            }
        })
        .map(Number)
        .sort();
}

test("a damaged state file is replaced by its backup, and the status says so", async () => {
    const client = await platform();
    await apply(client, "mailer");
    await apply(client, "mailer", { ...WORKER, replicas: 2 });
    const before = (await client.status()).apps[0]?.replicas.map(({ pid }) => pid);
    process.kill((await client.status()).supervisor.pid, "SIGKILL");
    truncateSync(path.join(home, "state", "desired.json"), 100);
    const status = await client.status();
    expect(status.supervisor.problems).toEqual([
        expect.stringMatching(/desired\.json is damaged; its backup .* was used/),
    ]);
    expect(status.apps[0]?.replicas.map(({ pid }) => pid)).toEqual(before);
});

test("without any state nothing is touched, and applying again finds what runs", async () => {
    const client = await platform();
    await apply(client, "mailer");
    const before = (await client.status()).apps[0]?.replicas[0]?.pid ?? 0;
    process.kill((await client.status()).supervisor.pid, "SIGKILL");
    for (const name of ["desired.json", "desired.json.bak"]) writeFileSync(path.join(home, "state", name), "{");
    expect((await client.status()).supervisor.problems.join()).toContain("nothing is known");
    expect(isRunning(before)).toBe(true);
    expect((await client.read("app", "mailer")).exists).toBe(false);
    await platform();
    await apply(client, "mailer");
    expect((await client.status()).apps[0]?.replicas.map(({ pid }) => pid)).toEqual([before]);
});

test("a stack is removed although half of it is dead and its state is lost", async () => {
    const client = await platform();
    await apply(client, "one");
    await apply(client, "two");
    const status = await client.status();
    const pids = status.apps.map(({ replicas }) => replicas[0]?.pid ?? 0);
    process.kill(status.supervisor.pid, "SIGKILL");
    process.kill(pids[0] ?? 0, "SIGKILL");
    for (const name of ["desired.json", "desired.json.bak"]) rmSync(path.join(home, "state", name));
    await client.remove("app", "one");
    await client.remove("platform", "default");
    expect(pids.filter(isRunning)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
});

test("a job runs once for what it was asked, and a failed one says what it printed", async () => {
    const client = await platform();
    await apply(client, "mailer", WORKER, { KEY: "s3cret" });
    const job: JobSpec = {
        app: "mailer",
        environment: {},
        command: ["node", "-e", "console.log('key has', process.env.KEY.length)"],
        timeZone: "UTC",
        timeoutSeconds: 20,
        retries: 0,
        allowOverlap: false,
        releaseId: "one",
    };
    const run = (spec: JobSpec) => client.apply("job", "report", { spec, secrets: {}, projectRoot: WEB });
    expect((await run(job)).result.lastRun).toMatch(/^20.* succeeded in [\d.]+ s$/);
    await run(job);
    expect((await client.status()).jobs[0]?.runs).toHaveLength(1);
    const failing = { ...job, command: ["node", "-e", "console.error('no paper'); process.exit(4)"], retries: 1 };
    await expect(run(failing)).rejects.toThrow(
        /Job "report" failed with exit status 4\. Its last lines:\n {2}no paper/,
    );
    expect((await client.status()).jobs[0]?.runs[0]).toMatchObject({ status: "failed", attempt: 2 });
    await client.remove("job", "report");
});

test("a job goes on when its supervisor is killed, and is not run twice", async () => {
    const client = await platform();
    await apply(client, "mailer");
    const marks = path.join(root, "marks");
    const script = `setTimeout(() => require("node:fs").appendFileSync(${JSON.stringify(marks)}, "x"), 1500)`;
    const spec: JobSpec = {
        app: "mailer",
        environment: {},
        command: ["node", "-e", script],
        timeZone: "UTC",
        timeoutSeconds: 20,
        retries: 0,
        allowOverlap: false,
        releaseId: "one",
    };
    const running = client.apply("job", "slow", { spec, secrets: {}, projectRoot: WEB });
    await eventually(async () => ((await client.status()).jobs[0]?.runs[0]?.pid ?? 0) > 0);
    process.kill((await client.status()).supervisor.pid, "SIGKILL");
    expect((await running).result.lastRun).toContain("succeeded");
    expect(readFileSync(marks, "utf8")).toBe("x");
    rmSync(marks);
});

test("a database and a queue, up and away", async () => {
    const client = await platform();
    const database = { version: "17", extensions: [], deletionProtection: false };
    const made = await client.apply("database", "orders", { spec: database, secrets: {}, projectRoot: WEB });
    expect(made.secretResult.url).toMatch(/^postgresql:\/\/.+@127\.0\.0\.1:\d+\/orders/);
    const queue = {
        visibilityTimeoutSeconds: 30,
        maxDeliveries: 5,
        retentionSeconds: 3600,
        delaySeconds: 0,
        fifo: false,
    };
    await client.apply("queue", "mail", { spec: queue, secrets: {}, projectRoot: WEB });
    const { postgres, queues } = await client.status();
    expect(postgres?.running).toBe(true);
    expect(queues[0]?.depth?.visible).toBe(0);
    expect(readFileSync(path.join(home, "state", "desired.json"), "utf8")).not.toContain(
        new URL(made.secretResult.url).password,
    );
    process.kill(postgres?.pid ?? 0, "SIGKILL");
    await eventually(async () => {
        const now = (await client.status()).postgres;
        return now?.running === true && now.pid !== postgres?.pid && now.port === postgres?.port;
    });
    const { supervisor, postgres: after } = await client.status();
    await client.remove("queue", "mail");
    await client.remove("database", "orders");
    await client.remove("platform", "default");
    expect([supervisor.pid, after?.pid ?? 0].filter(isRunning)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
}, 60_000);
