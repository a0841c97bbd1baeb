import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Cluster } from "#dist/providers/local/postgres/index.js";
import { identify, isAlive } from "#dist/providers/local/process/index.js";
import { connected, until } from "./support.js";

const DATABASE = { extensions: [], deletionProtection: false };

let home: string;
let cluster: Cluster;
beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), "twelvefold-test-"));
    cluster = new Cluster(home);
});
afterEach(async () => {
    await cluster.destroy();
    rmSync(home, { recursive: true, force: true });
});

const major = (version: string) => version.split(".")[0] ?? "";
const stateFile = () => path.join(home, "state", "postgres.json");

describe("Cluster.ensure", () => {
    it("makes a server once, adopts it from another instance, and starts it again where it was", async () => {
        const first = await cluster.ensure();
        expect(await cluster.running()).toBe(true);
        expect(await cluster.ensure(major(first.version))).toEqual(first);
        // A supervisor that was killed and started again knows only the files.
        expect(await new Cluster(home).ensure()).toEqual(first);

        await cluster.stop();
        expect(await cluster.running()).toBe(false);
        expect(identify(first.pid)).toBeUndefined();
        const second = await cluster.ensure();
        expect(second).toEqual({ ...first, pid: second.pid, startTime: second.startTime });
    });

    it("starts one server for callers that race", async () => {
        const all = await Promise.all([cluster.ensure(), cluster.ensure(), cluster.ensure()]);
        expect(new Set(all.map((info) => info.pid)).size).toBe(1);
    });

    it("adopts a server whose start was not written down", async () => {
        const info = await cluster.ensure();
        const state = JSON.parse(readFileSync(stateFile(), "utf8"));
        delete state.server;
        writeFileSync(stateFile(), JSON.stringify(state));
        expect(await new Cluster(home).ensure()).toEqual(info);
    });

    it("keeps everything to loopback, passwords and checksums", async () => {
        const { port, superuserPassword, dataFolder } = await cluster.ensure();
        const url = `postgresql://postgres:${superuserPassword}@127.0.0.1:${port}/postgres?sslmode=disable`;
        const settings = await connected(url, async (client) => {
            const { rows } = await client.query(
                `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories',
                 'fsync', 'synchronous_commit', 'data_checksums', 'password_encryption', 'log_statement')`,
            );
            return Object.fromEntries(rows.map((row) => [row.name, row.setting]));
        });
        expect(settings).toEqual({
            listen_addresses: "127.0.0.1",
            unix_socket_directories: "",
            fsync: "on",
            synchronous_commit: "on",
            data_checksums: "on",
            password_encryption: "scram-sha-256",
            log_statement: "none",
        });
        await expect(connected(url.replace(superuserPassword, "wrong"), async () => 1)).rejects.toThrow(
            "password authentication failed",
        );
        expect(statSync(stateFile()).mode & 0o777).toBe(0o600);
        expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
    });

    it("recovers from kill -9 under load within 10 s without losing a committed row", async () => {
        const info = await cluster.ensure();
        const { url } = await cluster.createDatabase("shop", { ...DATABASE, version: major(info.version) });
        await connected(url, (client) => client.query("CREATE TABLE sale (id int PRIMARY KEY)"));
        let committed = 0;
        const load = connected(url, async (client) => {
            for (;;) {
                await client.query("INSERT INTO sale VALUES ($1)", [committed + 1]);
                committed++;
            }
        }).catch((error) => error);
        await until(() => committed > 200, "200 commits");
        process.kill(info.pid, "SIGKILL");
        const start = performance.now();
        expect(await load).toBeInstanceOf(Error);
        const after = await cluster.ensure();
        expect(performance.now() - start).toBeLessThan(10_000);
        expect(after.port).toBe(info.port);
        const { rows } = await connected(url, (client) =>
            client.query("SELECT max(id) AS id, count(*)::int FROM sale"),
        );
        expect(rows[0].count).toBe(rows[0].id);
        expect(rows[0].id).toBeGreaterThanOrEqual(committed);
    });

    it("starts although the pid in a stale pid file belongs to somebody else now", async () => {
        const info = await cluster.ensure();
        process.kill(info.pid, "SIGKILL");
        await until(() => !isAlive(info), "the server's end");
        const pidFile = path.join(info.dataFolder, "postmaster.pid");
        const lines = readFileSync(pidFile, "utf8").split("\n");
        // A live process that is not the server, as after pids have gone round.
        writeFileSync(pidFile, [String(process.ppid), ...lines.slice(1)].join("\n"));
        expect((await cluster.ensure()).port).toBe(info.port);
        expect(identify(process.ppid)).toBeDefined();
    });

    it("names who has its port, and does not take another", async () => {
        const info = await cluster.ensure();
        await cluster.stop();
        const thief = net.createServer().listen(info.port, "127.0.0.1");
        await new Promise((resolve) => thief.once("listening", resolve));
        try {
            await expect(cluster.ensure()).rejects.toThrow(
                new RegExp(`Port ${info.port} .* is taken by pid ${process.pid} \\(.*node`),
            );
        } finally {
            await new Promise((resolve) => thief.close(resolve));
        }
        expect((await cluster.ensure()).port).toBe(info.port);
    });

    it("refuses another major version than its data have", async () => {
        const made = major((await cluster.ensure()).version);
        await expect(cluster.ensure(String(Number(made) + 1))).rejects.toThrow(`has data of version ${made}`);
    });

    it.each(["removed", "truncated"])("mends a %s state file: same port and data, new passwords", async (damage) => {
        const info = await cluster.ensure();
        const spec = { ...DATABASE, version: major(info.version) };
        const before = await cluster.createDatabase("shop", spec);
        await connected(before.url, (client) => client.query("CREATE TABLE kept (id int)"));
        if (damage === "removed") rmSync(stateFile());
        else writeFileSync(stateFile(), readFileSync(stateFile(), "utf8").slice(0, 40));
        const again = new Cluster(home);
        const after = await again.ensure();
        expect(after.port).toBe(info.port);
        expect(after.superuserPassword).not.toBe(info.superuserPassword);
        const { url } = await again.createDatabase("shop", spec);
        expect(url).not.toBe(before.url);
        await connected(url, (client) => client.query("SELECT id FROM kept"));
    });
});

describe("Cluster.destroy", () => {
    const segments = () => (existsSync("/proc/sysvipc/shm") ? readFileSync("/proc/sysvipc/shm", "utf8") : "");
    /** Segments that belong to the server of this data folder: the number is in the last line of its pid file. */
    const segmentOf = (dataFolder: string) =>
        readFileSync(path.join(dataFolder, "postmaster.pid"), "utf8").split("\n")[6]?.trim().split(/\s+/)[1] ?? "none";

    it.each(["running", "killed"])("leaves nothing of a %s server", async (condition) => {
        const info = await cluster.ensure();
        const segment = segmentOf(info.dataFolder);
        if (condition === "killed") {
            process.kill(info.pid, "SIGKILL");
            await until(() => !isAlive(info), "the server's end");
        }
        await cluster.destroy();
        expect(identify(info.pid)).toBeUndefined();
        expect(existsSync(path.dirname(info.dataFolder))).toBe(false);
        expect(readdirSync(path.join(home, "state"))).toEqual([]);
        const left = segments()
            .split("\n")
            .map((line) => line.trim().split(/\s+/)[1]);
        expect(left).not.toContain(segment);
    });

    it("has nothing to do without a server, twice", async () => {
        await cluster.destroy();
        await cluster.destroy();
        expect(await cluster.running()).toBe(false);
        await cluster.maintain();
    });
});
