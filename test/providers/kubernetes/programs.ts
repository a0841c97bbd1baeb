import { StackReference } from "@pulumi/pulumi";
import {
    App,
    type AppArgs,
    Autoscaler,
    Database,
    Job,
    type Kind,
    LoadBalancer,
    LogSink,
    Platform,
    Queue,
} from "twelvefold";
import { type ProgramOptions, platformRecord, type Recorded, type Recording, runProgram } from "twelvefold/testing";
import { type ByKind, build, IMAGE } from "../../support/programs.js";

export { build, IMAGE };

export function run<T>(program: () => T, options: ProgramOptions = {}): Promise<Recording<T>> {
    return runProgram(program, { target: "kubernetes", profile: "development", ...options });
}

/** An app that needs nothing built. */
export function web(args: Partial<AppArgs> = {}): App {
    return new App("web", { image: IMAGE, port: 8080, ...args });
}

/** Every component with every argument that brings an object, so that each child there is appears at least once. */
export function everything(extra: ByKind = () => ({})): void {
    const with_ = <A>(kind: Kind, args: A): A => ({ ...args, ...extra(kind) });
    const registry = { server: "registry.example.com/apps", username: "pusher", password: "registry-password" };
    new Platform("ground", with_("Platform", { kubernetes: { registry } }));
    const logs = new LogSink("logs", with_("LogSink", { retentionDays: 30 }));
    const db = new Database(
        "db",
        with_("Database", { extensions: ["pg_trgm"], backupRetentionDays: 30, size: "medium" }),
    );
    const mail = new Queue("mail", with_("Queue", { fifo: true, maxDeliveries: 3 }));
    const front = new LoadBalancer("front", with_("LoadBalancer", { domain: "shop.example.com" }));
    const queueBacklogPerReplica = { queue: mail, messages: 10 };
    const scale = new Autoscaler(
        "scale",
        with_("Autoscaler", { maxReplicas: 5, cpuPercent: 70, queueBacklogPerReplica }),
    );
    const other = App.fromStack(new StackReference("acme/other/dev"), "legacy");
    const app = new App(
        "web",
        with_("App", {
            build,
            port: 8080,
            environment: { GREETING: "hello" },
            secrets: { SESSION_KEY: "session-secret" },
            bindings: { DATABASE_URL: db, MAIL_URL: mail.toSend(), LEGACY_URL: other },
            release: { command: ["migrate"] },
            routes: [{ loadBalancer: front, path: "/orders", percent: 20, otherwise: other, stripPrefix: true }],
            autoscaler: scale,
            logs,
        }),
    );
    const rollout: AppArgs["rollout"] = { strategy: "canary", steps: [{ percent: 10, bakeSeconds: 60 }] };
    const routes = [{ loadBalancer: front, path: "/shop" }];
    new App("shop", with_("App", { build, port: 8080, routes, rollout, logs }));
    new Job("report", with_("Job", { app, command: ["report"], schedule: "0 6 * * 1" }));
    new Job("import", with_("Job", { image: IMAGE, command: ["import"] }));
}

/** An app whose releases are shifted to: that brings a second Service, and a Job with rights. */
export function shifted(extra: ByKind = () => ({})): void {
    const routes = [{ loadBalancer: new LoadBalancer("front", { domain: "pilot.example.com" }), path: "/" }];
    new App("pilot", { image: IMAGE, port: 8080, routes, rollout: { strategy: "canary" }, ...extra("App") });
}

/** What other stacks exported. */
export function otherStack({ type }: Recorded): Record<string, unknown> | undefined {
    if (type !== "pulumi:pulumi:StackReference") return undefined;
    const legacy = {
        target: "kubernetes",
        kind: "App",
        key: "other/dev/legacy",
        cluster: "00000000-0000-0000-0000-000000000001",
        namespace: "other-dev",
        service: "legacy",
        port: 8080,
        clientLabel: "bind.twelvefold.dev/legacy-00000000",
        podLabels: { "app.kubernetes.io/name": "legacy", "app.kubernetes.io/component": "web" },
        internalUrl: "http://legacy.other-dev.svc.cluster.local",
    };
    const record = JSON.parse((platformRecord().data as { "record.json": string })["record.json"]) as {
        cluster: string;
    };
    const ground = {
        target: "kubernetes",
        kind: "Platform",
        key: "other/dev/ground",
        cluster: record.cluster,
        namespace: "other-dev",
        record,
        ca: "ground-ca-00000000",
    };
    return {
        name: "acme/other/dev",
        outputs: {
            ground: { handle: ground, name: "other-dev" },
            legacy: { handle: legacy, url: "http://legacy", internalUrl: legacy.internalUrl, releaseId: "1" },
        },
        secretOutputNames: [],
    };
}

/** Inputs as tests read them. */
export interface Json {
    readonly [key: string]: Json;
}

export function spec(recording: Recording, component: string, key: string): Json {
    return recording.child(component, key).inputs.spec as Json;
}

export function metadata(recording: Recording, component: string, key: string): Json {
    return recording.child(component, key).inputs.metadata as Json;
}

/** Objects that are made, without those of an implicit platform, one `Kind name` a line. */
export function objects(recording: Recording): readonly string[] {
    return recording.resources
        .filter(({ custom, id, parent }) => custom && id === undefined && parent !== "platform")
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
        .sort();
}

/** The state of a cluster whose platform record differs in something; `undefined` takes a part away. */
export function platformRecordWith(
    changes: Readonly<Record<string, unknown>>,
): (resource: Recorded) => Record<string, unknown> | undefined {
    const record = platformRecord(changes);
    return ({ id }) => (id === "twelvefold-system/twelvefold-platform" ? record : undefined);
}
