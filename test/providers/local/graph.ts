import fc from "fast-check";
import type {
    AppSpec,
    BalancerSpec,
    DatabaseSpec,
    JobSpec,
    LogsSpec,
    ObjectKind,
    QueueSpec,
    RolloutSpec,
    Secrets,
} from "#dist/providers/local/spec.js";
import { digestContext } from "#dist/providers/local/supervisor/app/source.js";
import { appSpec, WEB } from "./supervisor/harness.js";

/** Relative to the folder that the tests run in, which stands for the Pulumi project's. */
const SOURCE = { context: "test/providers/local/supervisor/fixtures/web", digest: digestContext(WEB).digest };

/** A stack as a program would ask for it: what refers to something else does so by its place in the list. */
export interface Graph {
    readonly sinks: readonly Named<LogsSpec>[];
    readonly databases: readonly Named<DatabaseSpec>[];
    readonly queues: readonly Named<QueueSpec>[];
    readonly balancers: readonly Named<BalancerSpec>[];
    readonly apps: readonly Named<AppPlan>[];
    readonly jobs: readonly Named<JobPlan>[];
}

export interface Named<T> {
    readonly name: string;
    readonly plan: T;
}

export interface AppPlan {
    readonly listens: boolean;
    readonly replicas: number;
    readonly argument: string | undefined;
    readonly environment: Readonly<Record<string, string>>;
    readonly secrets: Secrets;
    readonly databases: readonly number[];
    readonly queues: readonly number[];
    readonly balancers: readonly number[];
    readonly host: string | undefined;
    readonly sink: number;
    readonly autoscaled: boolean;
    readonly strategy: RolloutSpec["strategy"];
    readonly hasReleaseCommand: boolean;
    /** The same app a moment later. */
    readonly next: { readonly replicas: number; readonly version: string | undefined };
}

export interface JobPlan {
    /** The app that it belongs to; none: code of its own. */
    readonly app: number | undefined;
    readonly schedule: string | undefined;
    readonly allowOverlap: boolean;
}

/** One object as Pulumi would ask the provider for it. */
export interface Wish {
    readonly kind: ObjectKind;
    readonly name: string;
    readonly spec: object;
    readonly secrets: Secrets;
}

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
// No process can be given a zero byte.
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((value) => !value.includes("\0"));
const variables = fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}_X$/), text, { maxKeys: 3 });

function named<T>(plan: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<Named<T>[]> {
    return fc.uniqueArray(fc.record({ name, plan }), { maxLength, selector: (one) => one.name.toLowerCase() });
}

const places = fc.uniqueArray(fc.nat(2), { maxLength: 2 });

export const graphs: fc.Arbitrary<Graph> = fc.record({
    sinks: named(
        fc.record({
            retentionDays: fc.integer({ min: 1, max: 400 }),
            maxMiB: fc.integer({ min: 1, max: 64 }),
            alerts: fc.constantFrom([], [{ name: "failed", match: "/fail(ed|ure)/", threshold: 3, windowSeconds: 60 }]),
        }),
        2,
    ),
    databases: named(
        fc.record({
            version: fc.constant("17"),
            extensions: fc.constantFrom([], ["pg_trgm"], ["pgcrypto", "hstore"]),
            deletionProtection: fc.constant(false),
        }),
        2,
    ),
    queues: named(
        fc.record({
            visibilityTimeoutSeconds: fc.integer({ min: 1, max: 43_200 }),
            maxDeliveries: fc.integer({ min: 1, max: 1000 }),
            retentionSeconds: fc.integer({ min: 60, max: 1_209_600 }),
            delaySeconds: fc.nat(900),
            fifo: fc.boolean(),
        }),
        2,
    ),
    balancers: named(
        fc.record({
            algorithm: fc.constantFrom("roundRobin", "leastConnections"),
            port: fc.constant(0),
            idleTimeoutSeconds: fc.integer({ min: 1, max: 4000 }),
            allowedCidrs: fc.constantFrom([], ["127.0.0.0/8"]),
            accessLogs: fc.boolean(),
            proxyProtocol: fc.boolean(),
        }),
        2,
    ),
    apps: named(
        fc.record({
            listens: fc.boolean(),
            replicas: fc.nat(2),
            argument: fc.option(text, { nil: undefined }),
            environment: variables,
            secrets: variables,
            databases: places,
            queues: places,
            balancers: places,
            host: fc.option(fc.constantFrom("a.localhost", "*.b.localhost"), { nil: undefined }),
            sink: fc.nat(2),
            autoscaled: fc.boolean(),
            strategy: fc.constantFrom("rolling", "blueGreen", "canary"),
            hasReleaseCommand: fc.boolean(),
            next: fc.record({ replicas: fc.nat(2), version: fc.option(text, { nil: undefined }) }),
        }),
        3,
    ),
    jobs: named(
        fc.record({
            app: fc.option(fc.nat(2), { nil: undefined }),
            schedule: fc.option(fc.constantFrom("0 6 * * 1", "*/5 * * * *"), { nil: undefined }),
            allowOverlap: fc.boolean(),
        }),
        2,
    ),
});

/** The spec of an app, and of the same one a moment later. */
export function appOf(home: string, graph: Graph, place: number, change: Partial<AppPlan["next"]> = {}): AppSpec {
    const { plan } = at(graph.apps, place);
    const sink = graph.sinks[plan.sink];
    const replicas = change.replicas ?? plan.replicas;
    const listens = plan.listens;
    return appSpec({
        source: SOURCE,
        process: listens ? "web" : "worker",
        // With an argument of its own it cannot be an entry of the Procfile.
        ...(plan.argument === undefined
            ? {}
            : { command: ["node", listens ? "server.js" : "worker.js", plan.argument] }),
        listens,
        replicas,
        environment: {
            ...plan.environment,
            MARK: home,
            ...(change.version === undefined ? {} : { V: change.version }),
        },
        health: { ...appSpec().health, startupSeconds: 60, timeoutSeconds: 5 },
        routes: listens
            ? plan.balancers.flatMap((balancer) => {
                  const to = graph.balancers[balancer]?.name;
                  if (to === undefined) return [];
                  const host = plan.host === undefined ? {} : { host: plan.host };
                  return [{ home, balancer: to, path: `/app-${place}`, stripPrefix: place % 2 === 0, ...host }];
              })
            : [],
        rollout: {
            strategy: plan.strategy === "canary" && !listens ? "rolling" : plan.strategy,
            steps: plan.strategy === "canary" ? [{ percent: 50, bakeSeconds: 0 }] : [],
            bakeSeconds: 0,
            rollbackOn: { alarms: [] },
        },
        ...(sink === undefined ? {} : { logs: { home, sink: sink.name } }),
        ...(plan.hasReleaseCommand ? { release: { command: ["node", "-e", "1"], timeoutSeconds: 60 } } : {}),
        ...(plan.autoscaled
            ? {
                  autoscale: {
                      minReplicas: 1,
                      maxReplicas: 4,
                      cpuPercent: 90,
                      schedules: [],
                      scaleInCooldownSeconds: 300,
                      scaleOutCooldownSeconds: 300,
                  },
              }
            : {}),
    });
}

export function jobOf(graph: Graph, place: number, releaseId: string): JobSpec {
    const { plan } = at(graph.jobs, place);
    const app = plan.app === undefined ? undefined : graph.apps[plan.app]?.name;
    return {
        ...(app === undefined ? { source: SOURCE } : { app }),
        environment: {},
        command: ["node", "-e", "console.log(process.env.RELEASE_ID)"],
        ...(plan.schedule === undefined ? {} : { schedule: plan.schedule }),
        timeZone: "Europe/Rome",
        timeoutSeconds: 60,
        retries: 0,
        allowOverlap: plan.allowOverlap,
        releaseId,
    };
}

function at<T>(list: readonly T[], place: number): T {
    const one = list[place];
    if (one === undefined) throw new Error(`There is no number ${place}.`);
    return one;
}
