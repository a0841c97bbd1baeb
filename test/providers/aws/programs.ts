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
import { type ProgramOptions, type Recorded, type Recording, runProgram } from "twelvefold/testing";
import { type ByKind, build, IMAGE } from "../../support/programs.js";

export { build, IMAGE };

export function run<T>(program: () => T, options: ProgramOptions = {}): Promise<Recording<T>> {
    return runProgram(program, { target: "aws", profile: "development", ...options });
}

/** An app that needs nothing built. */
export function web(args: Partial<AppArgs> = {}, name = "web"): App {
    return new App(name, { image: IMAGE, port: 8080, ...args });
}

/** An app behind a load balancer. */
export function routed(args: Partial<AppArgs> = {}): App {
    return web({ routes: [{ loadBalancer: new LoadBalancer("front"), path: "/" }], ...args });
}

/** Every component with every argument that brings a resource, so that each child there is appears at least once. */
export function everything(extra: ByKind = () => ({})): void {
    const with_ = <A>(kind: Kind, args: A): A => ({ ...args, ...extra(kind) });
    new Platform("ground", with_("Platform", { aws: { owner: "shop team" } }));
    const alerts = [{ name: "errors", match: "ERROR", notify: "mailto:team@example.com" }];
    const logs = new LogSink("logs", with_("LogSink", { retentionDays: 30, alerts, archive: { retentionDays: 400 } }));
    const db = new Database("db", with_("Database", { size: "medium", highlyAvailable: true }));
    const mail = new Queue("mail", with_("Queue", { maxDeliveries: 3 }));
    const webAclArn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shop/1";
    const front = new LoadBalancer(
        "front",
        with_("LoadBalancer", { domain: "shop.example.com", accessLogs: true, aws: { webAclArn } }),
    );
    const scale = new Autoscaler(
        "scale",
        with_("Autoscaler", {
            minReplicas: 2,
            maxReplicas: 5,
            cpuPercent: 70,
            memoryPercent: 80,
            requestsPerSecondPerReplica: 50,
            queueBacklogPerReplica: { queue: mail, messages: 10 },
            schedules: [{ cron: "0 8 * * 1-5", minReplicas: 3, maxReplicas: 5 }],
        }),
    );
    const api = web({}, "api");
    const app = new App(
        "web",
        with_("App", {
            build,
            port: 8080,
            environment: { GREETING: "hello" },
            secrets: { SESSION_KEY: "session-secret" },
            bindings: { DATABASE_URL: db, MAIL_URL: mail.toSend(), API_URL: api },
            release: { command: ["migrate"] },
            rollout: { strategy: "canary" as const, rollbackOn: { errorPercent: 1, p99Milliseconds: 500 } },
            routes: [{ loadBalancer: front, path: "/orders", stripPrefix: true }],
            autoscaler: scale,
            logs,
        }),
    );
    new Job("report", with_("Job", { app, command: ["report"], schedule: "0 6 * * 1" }));
    new Job("import", with_("Job", { image: IMAGE, command: ["import"] }));
}

/** A network that only reaches AWS, of which there is one or the other. */
export function closed(extra: ByKind = () => ({})): void {
    new Platform("ground", { aws: { egress: "endpoints" }, ...extra("Platform") });
    web({});
}

const GROUND = {
    target: "aws",
    kind: "Platform",
    key: "other/dev/ground",
    region: "eu-central-1",
    accountId: "123456789012",
    partition: "aws",
    vpcId: "vpc-other",
    vpcCidr: "10.1.0.0/16",
    publicSubnetIds: ["subnet-p1"],
    privateSubnetIds: ["subnet-1", "subnet-2"],
    clusterArn: "arn:aws:ecs:eu-central-1:123456789012:cluster/other",
    clusterName: "other",
};

const LEGACY = {
    target: "aws",
    kind: "App",
    key: "other/dev/legacy",
    region: "eu-central-1",
    vpcId: "vpc-other",
    port: 8080,
    internalUrl: "http://legacy:8080",
    namespaceArn: "arn:aws:servicediscovery:eu-central-1:123456789012:namespace/ns-other",
    securityGroupId: "sg-legacy",
    rollout: "rolling",
    targetGroups: [],
    releaseId: "1",
};

/** What another stack exported. */
export function otherStack(changes: Readonly<Record<string, unknown>> = {}) {
    return ({ type }: Recorded): Record<string, unknown> | undefined => {
        if (type !== "pulumi:pulumi:StackReference") return undefined;
        const legacy = { ...LEGACY, ...changes };
        const outputs = {
            ground: { handle: GROUND, name: "other" },
            legacy: { handle: legacy, url: "", internalUrl: legacy.internalUrl, releaseId: "1" },
        };
        return { name: "acme/other/dev", outputs, secretOutputNames: [] };
    };
}

export function otherReference(): StackReference {
    return new StackReference("acme/other/dev");
}

/** Resources that are made, without those of an implicit platform, one `Type name` a line. */
export function objects(recording: Recording): readonly string[] {
    return made(recording)
        .filter(({ parent }) => parent !== "platform")
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
        .sort();
}

export function made({ resources }: Recording): readonly Recorded[] {
    return resources.filter(
        ({ custom, id, type }) => custom && id === undefined && type !== "pulumi:pulumi:StackReference",
    );
}

/** The container of a task definition. */
export function container(recording: Recording, component: string): Json {
    const { containerDefinitions } = recording.child(component, "task-def").inputs;
    return JSON.parse(String(containerDefinitions))[0] as Json;
}

/** Inputs as tests read them. */
export interface Json {
    readonly [key: string]: Json;
}

export function inputs(recording: Recording, component: string, key: string): Json {
    return recording.child(component, key).inputs as Json;
}
