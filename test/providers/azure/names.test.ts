import fc from "fast-check";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Queue } from "twelvefold";
import { expect, test } from "vitest";
import { databaseName, guidOf, LIMITS, nameOf, secretName } from "#dist/providers/azure/names.js";
import { COMPONENT_NAME } from "#dist/providers/naming.js";
import { build, run } from "./programs.js";

/** What Pulumi allows as the name of a project or stack. */
const pulumiName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
const componentName = fc.stringMatching(/^[a-z][a-z0-9-]{0,29}$/).filter((name) => COMPONENT_NAME.test(name));
const owner = fc.record({ project: pulumiName, stack: pulumiName, name: componentName });

const HYPHENATED = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/;
const RULES: Readonly<Record<keyof typeof LIMITS, readonly [least: number, pattern: RegExp]>> = {
    group: [1, HYPHENATED],
    network: [2, HYPHENATED],
    environment: [2, HYPHENATED],
    app: [2, HYPHENATED],
    identity: [3, HYPHENATED],
    vault: [3, HYPHENATED],
    secret: [1, HYPHENATED],
    registry: [5, /^[a-z0-9]+$/],
    server: [3, HYPHENATED],
    namespace: [6, HYPHENATED],
    queue: [1, HYPHENATED],
    sasRule: [1, HYPHENATED],
    workspace: [4, HYPHENATED],
    profile: [5, HYPHENATED],
    endpoint: [2, HYPHENATED],
    part: [2, HYPHENATED],
    policy: [1, /^[a-z][a-z0-9]+$/],
    rules: [1, /^[a-z][a-z0-9]+$/],
    alert: [1, HYPHENATED],
};

test("every name is legal and within its limit", () => {
    for (const [thing, [least, pattern]] of Object.entries(RULES)) {
        const key = thing as keyof typeof LIMITS;
        fc.assert(
            fc.property(owner, fc.string({ maxLength: 20 }), (owner, part) => {
                const name = nameOf(owner, key, part);
                expect(name, thing).toMatch(pattern);
                expect(name.length, thing).toBeGreaterThanOrEqual(least);
                expect(name.length, thing).toBeLessThanOrEqual(LIMITS[key]);
            }),
        );
    }
    expect([LIMITS.app, LIMITS.vault, LIMITS.registry, LIMITS.namespace, LIMITS.server]).toEqual([31, 24, 50, 50, 63]);
});

test("two stacks, two projects and two components never have one name", () => {
    for (const key of ["vault", "registry", "namespace", "server", "app", "endpoint"] as const) {
        fc.assert(
            fc.property(owner, owner, (one, other) => {
                const same = one.project === other.project && one.stack === other.stack && one.name === other.name;
                expect(nameOf(one, key) === nameOf(other, key)).toBe(same);
            }),
        );
    }
});

test("no two variables get one name of a secret", () => {
    const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,60}$/);
    fc.assert(
        fc.property(variable, variable, (one, other) => {
            expect(secretName(one)).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
            expect(secretName(one).length).toBeLessThanOrEqual(LIMITS.app);
            expect(secretName(one) === secretName(other)).toBe(one === other);
        }),
    );
    expect(secretName("SESSION_KEY")).toBe("session-key");
    expect(secretName("session_key")).toMatch(/^session-key-[0-9a-f]{8}$/);
    expect(secretName("A__B")).not.toBe(secretName("A_B"));
});

test("names of databases are legal, and not the server's own", () => {
    fc.assert(
        fc.property(componentName, (name) => {
            expect(databaseName(name)).toMatch(/^[a-z][a-z0-9_]{0,40}$/);
            expect(databaseName(name)).not.toMatch(/^(pg_|azure_|postgres$|template[01]$)/);
        }),
    );
});

test("a GUID is one, and follows from its text", () => {
    fc.assert(
        fc.property(fc.string(), (text) => {
            expect(guidOf(text)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
            expect(guidOf(text)).toBe(guidOf(text));
        }),
    );
    // RFC 9562, appendix A.4, has the DNS namespace; this one is Python's uuid5(NAMESPACE_URL, …).
    expect(guidOf("http://www.example.com/")).toBe("fcde3c85-2270-590f-9e7c-ee003d65e0e2");
});

test("in a program of the longest names no two resources of one type have one name", async () => {
    const long = (letter: string) => letter.repeat(30);
    const recording = await run(() => {
        const logs = new LogSink(long("l"), { alerts: [{ name: "a".repeat(40), match: "x" }] });
        const db = new Database(long("d"));
        const mail = new Queue(long("q"));
        const front = new LoadBalancer(long("f"));
        const queueBacklogPerReplica = { queue: mail, messages: 1 };
        const autoscaler = new Autoscaler(long("s"), { maxReplicas: 2, queueBacklogPerReplica });
        const app = new App(long("a"), {
            build,
            port: 8080,
            autoscaler,
            logs,
            bindings: { [`A_${"VERY_".repeat(20)}LONG_NAME`]: db, MAIL: mail.toSend(), MAIL_2: mail.toReceive() },
            release: { command: ["true"] },
            routes: [
                { loadBalancer: front, path: "/" },
                { loadBalancer: front, path: "/orders" },
            ],
        });
        new Job(long("j"), { app, command: ["true"], schedule: "0 6 * * 1" });
    });
    const names = recording.resources
        .filter(({ custom, type }) => custom && type.startsWith("azure-native:"))
        .map(({ type, inputs }) => {
            const own = Object.entries(inputs).filter(([key]) => /Name$/.test(key));
            return `${type} ${JSON.stringify(own)}`;
        });
    expect(names.length).toBeGreaterThan(30);
    expect(new Set(names).size).toBe(names.length);
});
