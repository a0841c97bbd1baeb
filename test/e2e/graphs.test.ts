import { existsSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { homeOf } from "#dist/providers/local/paths.js";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";

/** TWELVEFOLD_LONG=1 for the long form. */
const PROGRAMS = process.env.TWELVEFOLD_LONG === "1" ? 20 : 2;
const SECONDS_PER_PROGRAM = 90;

const SERVER = 'require("node:http").createServer((q, r) => r.end("ok")).listen(process.env.PORT, "127.0.0.1");\n';
const WORKER = "setInterval(() => undefined, 60_000);\n";

interface Program {
    readonly databases: number;
    readonly queues: number;
    readonly sinks: number;
    readonly balancers: number;
    readonly apps: readonly {
        readonly listens: boolean;
        readonly replicas: number;
        readonly text: string;
        /** Places in the lists of what it may be bound to; a place beyond the end is none. */
        readonly database: number;
        readonly queue: number;
        readonly sink: number;
        readonly balancer: number;
        readonly app: number;
        readonly autoscaled: boolean;
        readonly job: "none" | "scheduled" | "once";
    }[];
}

const programs: fc.Arbitrary<Program> = fc.record({
    databases: fc.nat(2),
    queues: fc.nat(2),
    sinks: fc.nat(2),
    balancers: fc.nat(2),
    apps: fc.array(
        fc.record({
            listens: fc.boolean(),
            replicas: fc.integer({ min: 1, max: 2 }),
            text: fc.string({ unit: "grapheme", maxLength: 10 }).filter((text) => !text.includes("\0")),
            database: fc.nat(2),
            queue: fc.nat(2),
            sink: fc.nat(2),
            balancer: fc.nat(2),
            app: fc.nat(2),
            autoscaled: fc.boolean(),
            job: fc.constantFrom("none", "scheduled", "once"),
        }),
        { maxLength: 3 },
    ),
});

/** The program as a user would write it. */
function written(program: Program): string {
    const list = (count: number, line: (place: number) => string) => Array.from({ length: count }, (_, n) => line(n));
    const has = (count: number, place: number, text: string) => (place < count ? [text] : []);
    const apps = program.apps.flatMap((app, place) => {
        const before = program.apps[app.app];
        const bindings = [
            ...has(program.databases, app.database, `DATABASE_URL: db${app.database}`),
            ...has(program.queues, app.queue, `QUEUE_URL: queue${app.queue}.toSend()`),
            ...(app.app < place && before?.listens ? [`APP_URL: app${app.app}`] : []),
        ];
        const args = [
            'build: { context: "./code" }',
            `process: "${app.listens ? "web" : "worker"}"`,
            `environment: { TEXT: ${JSON.stringify(app.text)} }`,
            `secrets: { SECRET: pulumi.secret(${JSON.stringify(app.text)}) }`,
            `bindings: { ${bindings.join(", ")} }`,
            ...(app.listens ? ["port: 8080"] : []),
            ...(app.autoscaled
                ? [`autoscaler: new t.Autoscaler("scale${place}", { maxReplicas: 3, minReplicas: 1, cpuPercent: 80 })`]
                : [`replicas: ${app.replicas}`]),
            ...has(program.sinks, app.sink, `logs: sink${app.sink}`),
            ...(app.listens
                ? has(
                      program.balancers,
                      app.balancer,
                      `routes: [{ loadBalancer: front${app.balancer}, path: "/p${place}" }]`,
                  )
                : []),
        ];
        const schedule = app.job === "scheduled" ? ', schedule: "0 6 * * 1"' : "";
        return [
            `const app${place} = new t.App("app${place}", { ${args.join(", ")} });`,
            ...(app.job === "none"
                ? []
                : [`new t.Job("job${place}", { app: app${place}, command: ["node", "-e", "1"]${schedule} });`]),
        ];
    });
    return [
        'const pulumi = require("@pulumi/pulumi");',
        'const t = require("twelvefold");',
        ...list(program.sinks, (n) => `const sink${n} = new t.LogSink("sink${n}");`),
        ...list(program.databases, (n) => `const db${n} = new t.Database("db${n}");`),
        ...list(program.queues, (n) => `const queue${n} = new t.Queue("queue${n}");`),
        ...list(program.balancers, (n) => `const front${n} = new t.LoadBalancer("front${n}");`),
        ...apps,
        "",
    ].join("\n");
}

describe.sequential("any program", () => {
    let project: PulumiProject;

    beforeAll(async () => {
        project = await PulumiProject.create({
            files: {
                "index.js": "",
                "code/Procfile": "web: node web.js\nworker: node worker.js\n",
                "code/web.js": SERVER,
                "code/worker.js": WORKER,
            },
            config: { "twelvefold:target": "local" },
        });
    }, ENGINE_MILLISECONDS);

    afterAll(() => project?.dispose());

    test(
        `comes up, then has nothing to change and nothing to refresh, and leaves nothing (${PROGRAMS} programs)`,
        async () => {
            const property = fc.asyncProperty(programs, async (program) => {
                project.write("index.js", written(program));
                await project.up();
                await project.preview({ args: ["--expect-no-changes"] });
                await project.refresh({ args: ["--expect-no-changes"] });
                await project.destroy();
                expect(existsSync(homeOf("test", "dev", project.environment))).toBe(false);
            });
            await fc.assert(property, { numRuns: PROGRAMS, endOnFailure: true });
        },
        PROGRAMS * SECONDS_PER_PROGRAM * 1000,
    );
});
