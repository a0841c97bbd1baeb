import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Attachable, Attachment, Binding, Handle, HealthRequest } from "../providers/contract.js";
import { type Procfile, shellCommand } from "../providers/procfile.js";
import type { Feature } from "../providers/support.js";
import { type ArgsReader, compact, isComputed } from "./base/args-reader.js";
import {
    attachmentOf,
    type Bindable,
    bindingTo,
    type Imported,
    importComponent,
    intentOf,
    readAttachment,
} from "./base/attach.js";
import { type CodeArgs, procfileOf, readCode } from "./base/code.js";
import { type EnvironmentArgs, readEnvironment } from "./base/environment.js";
import { alternatives, nearest, shown } from "./base/errors.js";
import { command, decimal, objectOf, text, urlPath, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { type CommonArgs, type Plan, plan } from "./base/plan.js";
import { type RolloutArgs, readRollout } from "./base/rollout.js";
import { type RouteArgs, readRoutes } from "./base/routes.js";

/** How a replica is known to be ready, and to work. */
export interface HealthArgs {
    /** Path that answers 200 to 399 when a replica may get traffic. Default: /readyz. */
    readonly readinessPath?: string | undefined;
    /** Path that answers 200 to 399 while a replica is worth keeping. Default: /healthz. */
    readonly livenessPath?: string | undefined;
    /** Liveness of a process without a port: exit status 0 is healthy. Default: the process runs. */
    readonly command?: readonly string[] | undefined;
    /** Time to become ready, in seconds, 1 to 3,600. Default: 60. */
    readonly startupSeconds?: number | undefined;
    /** Time between checks, in seconds, 1 to 300. Default: 10. */
    readonly intervalSeconds?: number | undefined;
    /** Time to answer a check, in seconds, 1 to 60. Default: 2. */
    readonly timeoutSeconds?: number | undefined;
    /** Failed checks in a row that count, 1 to 10. Default: 3. */
    readonly failureThreshold?: number | undefined;
}

/** The command that a release runs before it gets traffic: migrations, for example. */
export interface ReleaseArgs {
    /** The command, without a shell. */
    readonly command: readonly string[];
    /** Time that it may take, in seconds, 1 to 3,600. Default: 600. */
    readonly timeoutSeconds?: number | undefined;
}

export interface AppArgs extends CommonArgs<"App">, CodeArgs, EnvironmentArgs {
    /** Process type: the Procfile entry to run. Plain. Default: web when there is a port, else worker. */
    readonly process?: string | undefined;
    /** Command to run instead of the Procfile entry or the image's own, without a shell. */
    readonly command?: pulumi.Input<readonly string[]> | undefined;
    /** Port that the process listens on, 1,024 to 65,535; it must read it from PORT. Plain. Default: none, a worker. */
    readonly port?: number | undefined;
    /** vCPU for each replica, 0.05 to 64. Default: 0.25. Rounded up to what the target has. */
    readonly cpu?: pulumi.Input<number> | undefined;
    /** Memory for each replica in MiB, 64 to 491,520. Default: 512. Rounded up to what the target has. */
    readonly memoryMiB?: pulumi.Input<number> | undefined;
    /** Number of replicas, 1 to 1,000. Default: 1; 2 in production. Not beside an autoscaler. */
    readonly replicas?: pulumi.Input<number> | undefined;
    /** A command once per release, before it gets traffic. Default: the Procfile's `release` entry, for process web. */
    readonly release?: ReleaseArgs | undefined;
    /** When a replica gets traffic, and when it is replaced. */
    readonly health?: pulumi.Input<HealthArgs> | undefined;
    /** Time to finish after SIGTERM, in seconds, 1 to 600. Default: 30. */
    readonly stopTimeoutSeconds?: pulumi.Input<number> | undefined;
    /** How a new release takes over. Plain. Default: rolling. */
    readonly rollout?: RolloutArgs | undefined;
    /** Paths of load balancers that it serves. Plain. Default: none. */
    readonly routes?: readonly RouteArgs[] | undefined;
    /** What decides the number of replicas. Default: `replicas`. */
    readonly autoscaler?: Attachable<"Autoscaler"> | undefined;
    /** Where its lines go. Default: the platform's own sink. */
    readonly logs?: Attachable<"LogSink"> | undefined;
    /** The platform that it runs on. Default: the stack's own. */
    readonly platform?: Attachable<"Platform"> | undefined;
}

/** An app of another stack. */
export type ImportedApp = Imported<"App"> & Bindable;

/**
 * Processes of one type from one code base (factors II, III, V to IX): a web app or a worker. It attaches itself to
 * backing services, routes, an autoscaler and a log sink; none of them knows it.
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class App extends pulumi.ComponentResource implements Attachable<"App">, Bindable {
    /** URL through its first route, or inside the platform; empty without a port. */
    readonly url!: pulumi.Output<string>;
    /** URL inside the platform; empty without a port. */
    readonly internalUrl!: pulumi.Output<string>;
    /** Changes with code, command, configuration and secrets. */
    readonly releaseId!: pulumi.Output<string>;
    /** What other components attach to; plain data. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args: AppArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planApp(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"App"> {
        return attachmentOf<"App">(this);
    }

    /** A binding that may call its internal URL. */
    get binding(): Binding {
        return bindingTo(this.attachment, "connect");
    }

    /** The app that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): ImportedApp {
        const imported = importComponent("App", reference, name, ["url", "internalUrl", "releaseId"]);
        return { ...imported, binding: bindingTo(imported.attachment, "connect") };
    }
}

function planApp(name: string, given: AppArgs): Plan<"App"> {
    return plan("App", name, given, (args, { profile }) => {
        const code = readCode(args);
        const port = args.plain<number>("port", wholeNumber(1024, 65_535));
        const process = args.plain(
            "process",
            text(/^[A-Za-z0-9_-]+$/, "the name of a Procfile entry"),
            port === undefined ? "worker" : "web",
        );
        const procfile = procfileOf(args, code);
        checkProcess(args, process, procfile);
        const { rollout, asked: askedOfRollout } = readRollout(args);
        const { routes, asked: askedOfRoutes } = readRoutes(args);
        if (routes.length > 0 && port === undefined) {
            args.problem("routes are given without a port; say which port the process listens on.");
        }
        const request = compact<AppRequest>({
            code: code ?? { image: "" },
            process,
            command: args.input<readonly string[]>("command", command),
            port,
            cpu: args.input("cpu", decimal(0.05, 64, "vCPU"), 0.25),
            memoryMiB: args.input("memoryMiB", wholeNumber(64, 491_520, "MiB"), 512),
            ...readReplicas(args, profile === "production" ? 2 : 1),
            ...readEnvironment(args),
            release: readRelease(args, process, procfile),
            health: readHealth(args, port),
            stopTimeoutSeconds: args.input("stopTimeoutSeconds", wholeNumber(1, 600, "seconds"), 30),
            rollout,
            routes,
            logs: readAttachment(args, "logs", "LogSink"),
        });
        return { request, asked: [...askedOfRollout, ...askedOfRoutes, ...askedOf(args, request)] };
    });
}

function checkProcess(args: ArgsReader<AppArgs>, process: string, procfile: Procfile | undefined): void {
    if (procfile === undefined || procfile.has(process) || args.given("command")) return;
    const names = [...procfile.keys()];
    const meant = nearest(process, names);
    args.problem(
        `process is "${process}", which the Procfile does not have; it has ${alternatives(names)}.` +
            (meant === undefined ? "" : ` Did you mean "${meant}"?`),
    );
}

function readReplicas(args: ArgsReader<AppArgs>, fallback: number): Pick<AppRequest, "replicas" | "autoscaler"> {
    const autoscaler = readAttachment(args, "autoscaler", "Autoscaler");
    const replicas = args.input("replicas", wholeNumber(1, 1000, "replicas"), fallback);
    if (args.given("autoscaler") && args.given("replicas")) {
        args.problem(
            `replicas is ${shown(args.raw("replicas"))} beside an autoscaler, which decides the number; ` +
                "drop replicas, and set minReplicas of the autoscaler.",
        );
    }
    if (args.given("autoscaler")) delete args.intent.replicas;
    return compact<Pick<AppRequest, "replicas" | "autoscaler">>({ replicas, autoscaler });
}

const releaseShape = objectOf({
    command: { check: command, required: true },
    timeoutSeconds: { check: wholeNumber(1, 3600, "seconds") },
});

function readRelease(
    args: ArgsReader<AppArgs>,
    process: string,
    procfile: Procfile | undefined,
): AppRequest["release"] {
    const given = args.plain<ReleaseArgs>("release", releaseShape);
    const line = process === "web" ? procfile?.get("release") : undefined;
    const chosen = given ?? (line === undefined ? undefined : { command: shellCommand(line) });
    if (chosen === undefined) return undefined;
    return args.remember("release", { command: chosen.command, timeoutSeconds: chosen.timeoutSeconds ?? 600 });
}

const healthShape = objectOf({
    readinessPath: { check: urlPath },
    livenessPath: { check: urlPath },
    command: { check: command },
    startupSeconds: { check: wholeNumber(1, 3600, "seconds") },
    intervalSeconds: { check: wholeNumber(1, 300, "seconds") },
    timeoutSeconds: { check: wholeNumber(1, 60, "seconds") },
    failureThreshold: { check: wholeNumber(1, 10, "checks") },
});

function readHealth(args: ArgsReader<AppArgs>, port: number | undefined): AppRequest["health"] {
    const given = args.input<HealthArgs>("health", healthShape, {});
    const plain = args.raw("health") as HealthArgs | undefined;
    if (port === undefined && (plain?.readinessPath !== undefined || plain?.livenessPath !== undefined)) {
        args.problem("health has a path, and without a port nothing can be asked over HTTP; use health.command.");
    }
    if (port !== undefined && plain?.command !== undefined) {
        args.problem("health.command is for a process without a port; this one answers livenessPath.");
    }
    if (isComputed(given)) return pulumi.output(given).apply(withDefaults);
    const health = withDefaults(given as HealthArgs);
    return port === undefined ? health : args.remember("health", health);
}

function withDefaults(health: HealthArgs): HealthRequest {
    return compact<HealthRequest>({
        readinessPath: health.readinessPath ?? "/readyz",
        livenessPath: health.livenessPath ?? "/healthz",
        command: health.command,
        startupSeconds: health.startupSeconds ?? 60,
        intervalSeconds: health.intervalSeconds ?? 10,
        timeoutSeconds: health.timeoutSeconds ?? 2,
        failureThreshold: health.failureThreshold ?? 3,
    });
}

function askedOf(args: ArgsReader<AppArgs>, request: AppRequest): Feature[] {
    const kinds = new Set(Object.values(request.bindings).map(({ to }) => to.kind));
    const health = args.raw("health") as HealthArgs | undefined;
    const asked: readonly (readonly [Feature, boolean])[] = [
        ["App.image", args.given("image")],
        ["App.build", args.given("build")],
        ["App.secrets", args.given("secrets")],
        ["App.release", request.release !== undefined],
        ["App.health.readinessPath", health?.readinessPath !== undefined],
        ["App.health.livenessPath", health?.livenessPath !== undefined],
        ["App.health.command", health?.command !== undefined],
        ["App.stopTimeoutSeconds", args.asks("stopTimeoutSeconds")],
        ["App.bindings.database", kinds.has("Database")],
        ["App.bindings.queue", kinds.has("Queue")],
        ["App.bindings.app", kinds.has("App")],
    ];
    return asked.filter(([, wanted]) => wanted).map(([feature]) => feature);
}
