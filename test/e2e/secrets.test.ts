import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { filesHolding, held, processesHolding, type Seen } from "./support-faults/search.js";
import { Shop } from "./support-faults/shop.js";

const TWELVEFOLD = path.resolve(__dirname, "..", "..", "dist", "cli", "main.js");
/** The engine hands the configuration to the program in its environment; no target has a say in that. */
const ENGINE = /pulumi|@pulumi\/pulumi\/cmd\//;
const LOOK_MILLISECONDS = 20;

/** What each process of an app is given, and nobody else. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
    "node web.js": ["KEY", "database", "send"],
    "node migrate.js": ["KEY", "database", "send"],
    "node worker.js": ["database", "receive"],
};

// Where secrets are looked for is known on Linux only.
describe.skipIf(process.platform !== "linux").sequential("a secret", () => {
    const secrets: Record<string, string> = { KEY: "canary-b1c2d3e4f5-yellow" };
    const outputs: string[] = [];
    const seen = new Map<string, Seen>();
    let shop: Shop;

    beforeAll(async () => {
        shop = await Shop.create();
        await shop.project.config({}, { "faults:key": secrets.KEY ?? "" });
        // Short-lived processes (initdb, the release command) are seen while they run.
        const watch = setInterval(() => {
            for (const one of processesHolding(secrets)) seen.set(`${one.command} ${one.environmentHolds}`, one);
        }, LOOK_MILLISECONDS);
        const note = ({ stdout, stderr }: { stdout: string; stderr: string }) => outputs.push(stdout, stderr);
        note(await shop.project.preview({ args: ["--diff"] }));
        note(await shop.project.up({ args: ["--diff"] }));
        Object.assign(secrets, await passwords());
        await shop.project.config({ "faults:version": "2" });
        note(await shop.project.up({ args: ["--diff"] }));
        await shop.project.config({ "faults:version": "3", "faults:behaviour": "crash" });
        note(await shop.project.up({ args: ["--diff"], expectFailure: true }));
        await shop.project.config({ "faults:behaviour": "" });
        note(await shop.project.up());
        note(await shop.project.refresh({ args: ["--diff"] }));
        clearInterval(watch);
    }, ENGINE_MILLISECONDS);

    afterAll(() => shop?.dispose());

    /** Of the database and of the queue's logins, from where they are kept. */
    const passwords = async () => {
        const kept = JSON.parse(readFileSync(path.join(shop.home, "state", "secrets.json"), "utf8"));
        const password = (object: string, name: string) => new URL(kept.objects[object].secretResult[name]).password;
        const { postgres } = await shop.status();
        const cluster = JSON.parse(readFileSync(path.join(shop.home, "state", "postgres.json"), "utf8"));
        expect(postgres?.port).toBe(cluster.port);
        return {
            database: password("database/db", "url"),
            send: password("queue/mail", "sendUrl"),
            receive: password("queue/mail", "receiveUrl"),
            dead: password("queue/mail", "deadLetterReceiveUrl"),
            superuser: String(cluster.superuserPassword),
            releases: String(kept.key),
        };
    };

    test("is known to this test, and of some length", () => {
        expect(Object.keys(secrets)).toHaveLength(7);
        for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[\w-]{20,}$/);
    });

    test("is not in what pulumi writes", () => {
        expect(outputs.flatMap((text) => held(text, secrets))).toEqual([]);
    });

    test("is not in clear in the state, in the program's folder, or anywhere but in the home", async () => {
        expect(held(JSON.stringify(await shop.project.exportState()), secrets)).toEqual([]);
        const { root } = shop.project;
        const outside = filesHolding(root, secrets).filter(({ file }) => !file.startsWith(`${shop.home}/`));
        expect(outside).toEqual([]);
        expect(filesHolding(shop.postgresFolder, secrets)).toEqual([]);
    });

    test("is in the home in files that only their user reads, and in no log", () => {
        const hits = filesHolding(shop.home, secrets);
        expect(hits.map(({ mode }) => mode.toString(8)).filter((mode) => mode !== "600")).toEqual([]);
        const names = hits.map(({ file }) => path.relative(shop.home, file).replace(/\/\d+\./, "/<number>."));
        expect([...new Set(names)].sort()).toEqual([
            "releases/mailer/<number>.secrets.json",
            "releases/web/<number>.secrets.json",
            "state/postgres.json",
            "state/secrets.json",
            "state/secrets.json.bak",
        ]);
    });

    test("is not in what `twelvefold` prints", async () => {
        for (const args of [
            ["status"],
            ["status", "--json"],
            ["logs", "--sink", "logs", "--json"],
            ["logs"],
            ["doctor"],
        ]) {
            const ran = promisify(execFile)(process.execPath, [TWELVEFOLD, ...args], {
                cwd: shop.project.folder,
                env: shop.project.environment,
            });
            // The doctor's exit status tells of problems, which are not the subject here.
            const { stdout, stderr } = await ran.catch((error: { stdout: string; stderr: string }) => error);
            expect(stdout.length, args.join(" ")).toBeGreaterThan(0);
            expect(held(stdout + stderr, secrets), args.join(" ")).toEqual([]);
        }
    });

    test("is in no argument of any process, and in the environment of those only that were given it", () => {
        const found = [...seen.values(), ...processesHolding(secrets)];
        expect(found.filter(({ argumentsHold }) => argumentsHold.length > 0)).toEqual([]);
        const all = found.filter(({ command }) => !ENGINE.test(command));
        for (const { command, environmentHolds } of all) {
            const name = Object.keys(GIVEN).find((entry) => command.includes(entry));
            const given = name === undefined ? [] : (GIVEN[name] ?? []);
            expect([command, environmentHolds.filter((secret) => !given.includes(secret))]).toEqual([command, []]);
        }
        // That the search finds what is there.
        for (const name of Object.keys(GIVEN)) {
            expect(
                all.some(({ command, environmentHolds }) => command.includes(name) && environmentHolds.length > 0),
            ).toBe(true);
        }
    });
});
