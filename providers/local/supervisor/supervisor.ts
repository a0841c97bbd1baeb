import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { OBJECT_KINDS, type ObjectKind, type Secrets, type SpecOf } from "../spec.js";
import type { App } from "./app/app.js";
import { pruneSnapshots } from "./app/snapshot.js";
import { buildContext } from "./build-context.js";
import type { Answer, Context, ObjectKindHandler } from "./context.js";
import type { Job } from "./job/job.js";
import { apps } from "./objects/app.js";
import { type Balancers, balancers } from "./objects/balancer.js";
import { databases } from "./objects/database.js";
import { jobs } from "./objects/job.js";
import { sinks } from "./objects/logs.js";
import { platforms } from "./objects/platform.js";
import { queues } from "./objects/queue.js";
import { Operations } from "./operations.js";
import type { Parts } from "./parts.js";
import { stackStatus } from "./stack-status.js";
import type { StackStatus } from "./status.js";
import type { Entry, Store } from "./store.js";
import { usesProxy } from "./uses.js";
import { Loop, message, monotonic } from "./wait.js";
import { wipe } from "./wipe.js";

const RECONCILE_MILLISECONDS = 1000;
const RETENTION_MILLISECONDS = 600_000;

type Handlers = { readonly [K in ObjectKind]: ObjectKindHandler<K> };

export interface ReadAnswer<K extends ObjectKind> {
    readonly exists: boolean;
    readonly spec?: SpecOf<K>;
    readonly result?: Answer<K>["result"];
    readonly secretResult?: Answer<K>["secretResult"];
    readonly drift: readonly string[];
}

export interface ApplyBody<K extends ObjectKind = ObjectKind> {
    readonly spec: SpecOf<K>;
    readonly secrets: Secrets;
    readonly projectRoot: string;
    readonly searchPath?: string;
}

/** Everything that one home has, and the loop that keeps it as it was asked for. */
export class Supervisor {
    readonly store: Store;
    readonly operations = new Operations();
    private readonly context: Context;
    private readonly apps = new Map<string, App>();
    private readonly jobs = new Map<string, Job>();
    private readonly handlers: Handlers;
    private readonly balancers: Balancers;
    private readonly loops: Loop[];
    private readonly said = new Map<string, string>();
    private readonly since = new Date().toISOString();
    private retentionAt = Number.NEGATIVE_INFINITY;

    constructor(
        readonly home: string,
        parts: Parts,
        readonly version: string,
    ) {
        this.context = buildContext(home, parts, this.apps);
        const { context } = this;
        this.store = context.store;
        this.balancers = balancers(context);
        this.handlers = {
            platform: platforms(context),
            logs: sinks(context),
            database: databases(context),
            queue: queues(context),
            balancer: this.balancers,
            app: apps(context, this.apps),
            job: jobs(context, this.jobs),
        };
        for (const problem of this.store.problems) context.event({}, problem);
        for (const kind of OBJECT_KINDS) for (const { name } of this.store.all(kind)) this.handler(kind).open?.(name);
        // Each guarded, so that none has errors of its own; and apart, so that none waits for another.
        const loop = (work: () => Promise<void>) => new Loop(RECONCILE_MILLISECONDS, work, () => undefined);
        this.loops = [
            loop(() => this.reconcile()),
            loop(() => this.guard("postgres", () => context.postgres.reconcile())),
            loop(() => this.guard("retention", () => this.retain())),
        ];
    }

    /** True when nothing was ever asked for, and nothing is being asked for. */
    get isIdle(): boolean {
        return this.store.size === 0 && this.operations.count === 0;
    }

    async apply<K extends ObjectKind>(
        kind: K,
        name: string,
        body: ApplyBody<K>,
        progress: (line: string) => void,
    ): Promise<Answer<K>> {
        const key = `${kind}/${name}`;
        const fingerprint = createHash("sha256")
            .update(JSON.stringify(["apply", { ...body, searchPath: undefined }]))
            .digest("hex");
        return this.operations.run(
            key,
            `apply ${key}`,
            fingerprint,
            (tell) => this.make(kind, name, body, tell),
            progress,
        );
    }

    async read<K extends ObjectKind>(kind: K, name: string): Promise<ReadAnswer<K>> {
        const entry = this.store.get(kind, name);
        if (entry?.result === undefined) return { exists: false, drift: [] };
        const { secretResult } = this.store.secretsOf(kind, name);
        const drift = await this.handler(kind).drift(entry);
        const result = kind === "job" ? { lastRun: this.jobs.get(name)?.lastRun() ?? "never" } : entry.result;
        return {
            exists: true,
            spec: entry.spec,
            result: result as Answer<K>["result"],
            ...(secretResult ? { secretResult } : {}),
            drift,
        };
    }

    /** Removes an object; with the last one all that is left of the home. Resolves with whether that happened. */
    async remove(kind: ObjectKind, name: string): Promise<{ last: boolean }> {
        const key = `${kind}/${name}`;
        const entry = this.store.get(kind, name);
        if (entry !== undefined) this.handler(kind).checkRemoval?.(entry);
        const handler = this.handler(kind);
        handler.interrupt?.(name);
        await this.operations.run(
            key,
            `remove ${key}`,
            "remove",
            () => this.unmake(kind, name),
            () => undefined,
        );
        if (kind === "platform" && this.store.all("platform").length === 0) await this.sweep();
        // Housekeeping that waited for its turn meanwhile finds nothing to do.
        return { last: this.isIdle && (entry !== undefined || kind === "platform") };
    }

    status(): Promise<StackStatus> {
        return stackStatus({
            context: this.context,
            apps: this.apps,
            jobs: this.jobs,
            balancerProblem: (name) => this.balancers.problem(name),
            supervisor: { pid: process.pid, version: this.version, since: this.since, problems: this.store.problems },
            operations: this.operations.list(),
        });
    }

    /** Leaves everything that runs to the next supervisor. */
    async abandon(): Promise<void> {
        await Promise.all(this.loops.map((loop) => loop.stop()));
        this.context.proxy.abandon();
        for (const job of this.jobs.values()) job.abandon();
        await Promise.all([...this.apps.values()].map((app) => app.abandon()));
        await this.context.output.close();
    }

    /** Ends what the home still has, and removes it from the disk: nothing of the stack stays. */
    async wipe(): Promise<void> {
        await Promise.all(this.loops.map((loop) => loop.stop()));
        await this.context.proxy.stop();
        await this.context.postgres.destroy();
        await this.context.output.close();
        wipe(this.context.folders);
    }

    private async make<K extends ObjectKind>(
        kind: K,
        name: string,
        body: ApplyBody<K>,
        progress: (line: string) => void,
    ): Promise<Answer<K>> {
        const { secrets, ...asked } = body;
        const before = this.store.get(kind, name);
        // Known before anything of it is there, so that a crash leaves nothing that nobody knows of.
        if (before === undefined) this.store.put({ kind, name, ...asked }, { secrets });
        try {
            const answer = await this.handler(kind).apply({ name, ...body, progress }, before);
            const { result, secretResult } = answer;
            this.store.put({ kind, name, ...asked, result }, { secrets, secretResult });
            return answer;
        } catch (error) {
            if (before?.result === undefined) {
                await this.handler(kind)
                    .undo?.(name)
                    .catch((problem) => progress(message(problem)));
                this.store.delete(kind, name);
            }
            throw error;
        }
    }

    private async unmake(kind: ObjectKind, name: string): Promise<void> {
        // When the state was lost, what Pulumi remembers is all that is known.
        if (this.store.get(kind, name) === undefined && this.store.problems.length === 0) return;
        await this.handler(kind).remove(name);
        this.store.delete(kind, name);
    }

    /** What a destroyed stack left: objects whose creation was cut short, so that Pulumi never knew them. */
    private async sweep(): Promise<void> {
        for (const kind of [...OBJECT_KINDS].reverse()) {
            for (const { name } of this.store.all(kind)) await this.remove(kind, name);
        }
        const states = this.context.folders.state("apps");
        const files = existsSync(states) ? readdirSync(states) : [];
        for (const name of files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? [])) {
            await this.handlers.app.remove(name);
        }
    }

    private async reconcile(): Promise<void> {
        if (usesProxy(this.store)) await this.guard("proxy", () => this.context.proxy.reconcile());
        await Promise.all(
            OBJECT_KINDS.flatMap((kind) => this.store.all(kind)).map((entry) => this.reconcileOne(entry)),
        );
    }

    private async reconcileOne<K extends ObjectKind>(entry: Entry<K>): Promise<void> {
        const key = `${entry.kind}/${entry.name}`;
        const handler = this.handler(entry.kind);
        if (handler.reconcile === undefined || this.operations.isBusy(key)) return;
        // In turn with what is asked for: never two things at a time with one object.
        const work = () =>
            this.guard(key, async () => {
                // It may have been removed, or changed, since the turn was asked for.
                const now = this.store.get(entry.kind, entry.name);
                if (now !== undefined) await handler.reconcile?.(now);
            });
        await this.operations.run(key, undefined, "reconcile", work, () => undefined);
    }

    /** A problem is told once, until it is another one or gone. */
    private async guard(key: string, work: () => Promise<void>): Promise<void> {
        try {
            await work();
            this.said.delete(key);
        } catch (error) {
            const text = message(error);
            if (this.said.get(key) !== text) this.context.event({}, `${key}: ${text}`);
            this.said.set(key, text);
        }
    }

    private async retain(): Promise<void> {
        if (monotonic() - this.retentionAt < RETENTION_MILLISECONDS) return;
        this.retentionAt = monotonic();
        for (const { name, spec } of this.store.all("logs")) {
            await this.context.parts.logs.applyRetention(this.context.folders.sink(name), spec, new Date());
        }
        pruneSnapshots(this.context.folders, this.context.usedSources());
    }

    private handler<K extends ObjectKind>(kind: K): ObjectKindHandler<K> {
        return this.handlers[kind] as ObjectKindHandler<K>;
    }
}
