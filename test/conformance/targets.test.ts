import { output } from "@pulumi/pulumi";
import {
    App,
    Autoscaler,
    Database,
    type Handle,
    Job,
    type Kind,
    LoadBalancer,
    LogSink,
    Platform,
    Queue,
} from "twelvefold";
import { runProgram } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { KINDS, TARGETS } from "#dist/providers/contract.js";
import { loadTarget } from "#dist/providers/registry.js";
import { FEATURE_NAMES, refusal } from "#dist/providers/support.js";
import { CASES } from "./cases.js";

// The same cases on every target: what the support data promise is built, what they deny is refused in their words.
describe.each(TARGETS)("target %s", (name) => {
    const target = loadTarget(name);

    test.each(FEATURE_NAMES)("%s", async (feature) => {
        const { ask, shows } = CASES[feature];
        const support = target.supports[feature];
        const run = runProgram(ask, { target: name, profile: "development" });
        if (support.level === "unsupported") {
            await expect(run).rejects.toThrow(refusal(name, feature, support.why));
            return;
        }
        const [kind, component, intent] = shows;
        expect((await run).component(kind, component).inputs).toMatchObject({ ...intent, kind, target: name });
    });

    test("every sentence of the support data is one", () => {
        for (const feature of FEATURE_NAMES) {
            const support = target.supports[feature];
            const sentence = "why" in support ? support.why : "how" in support ? support.how : (support.note ?? "ok.");
            expect(sentence, feature).toMatch(/\.$/);
        }
    });

    test("gives every kind its outputs and a handle, with secrets under secrets only", async () => {
        const { value } = await runProgram(() => output(everyKind()), { target: name, profile: "development" });
        const outputs = await new Promise<Outputs>((resolve) => value.apply((known) => resolve(known as Outputs)));
        for (const kind of KINDS) {
            const { handle, ...rest } = outputs[kind];
            expect(
                Object.keys(rest).filter((key) => rest[key] === undefined),
                kind,
            ).toEqual([]);
            expect(handle).toMatchObject({ target: name, kind, key: expect.stringMatching(/^test\/dev\//) });
            const { secrets: _, ...open } = handle as Handle;
            expect(JSON.stringify(open)).not.toContain("password");
        }
    });
});

type Outputs = Record<Kind, Record<string, unknown>>;

/** One component of every kind, attached to each other, and what each gives. */
function everyKind(): Record<Kind, object> {
    const platform = new Platform("ground");
    const logs = new LogSink("logs");
    const db = new Database("db");
    const mail = new Queue("mail");
    const front = new LoadBalancer("front");
    const scale = new Autoscaler("scale", { maxReplicas: 4, cpuPercent: 70 });
    const app = new App("web", {
        build: { context: "test/support/fixtures/app" },
        port: 8080,
        bindings: { DATABASE_URL: db, MAIL_URL: mail.toSend() },
        routes: [{ loadBalancer: front, path: "/" }],
        autoscaler: scale,
        logs,
    });
    const job = new Job("report", { app, command: ["true"], schedule: "0 6 * * 1" });
    return {
        Platform: { handle: platform.handle, name: platform.name },
        LogSink: { handle: logs.handle, query: logs.query },
        Database: {
            handle: db.handle,
            host: db.host,
            port: db.port,
            name: db.name,
            username: db.username,
            url: db.url,
        },
        Queue: { handle: mail.handle, url: mail.url, deadLetterUrl: mail.deadLetterUrl },
        LoadBalancer: { handle: front.handle, url: front.url, hostname: front.hostname },
        Autoscaler: { handle: scale.handle },
        App: { handle: app.handle, url: app.url, internalUrl: app.internalUrl, releaseId: app.releaseId },
        Job: { handle: job.handle, lastRun: job.lastRun },
    };
}
