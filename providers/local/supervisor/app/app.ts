import { signalGroup } from "../../process/index.js";
import type { AppSpec } from "../../spec.js";
import type { Context } from "../context.js";
import { Loop, message, monotonic } from "../wait.js";
import { Autoscaling, SAMPLE_MILLISECONDS } from "./autoscaling.js";
import { replicaDrift } from "./drift.js";
import { Fleet } from "./fleet.js";
import { InternalAddress } from "./internal-address.js";
import { appProgram } from "./program.js";
import { type Release, Releases } from "./releases.js";
import type { ReplicaPlan } from "./replica-record.js";
import { AppStateFile } from "./state.js";
import { Traffic } from "./traffic.js";

/** The proxies of other stacks may have been restarted without a word; so often they are told again. */
const TELL_AGAIN_MILLISECONDS = 10_000;

/** One app: its releases, its replicas, and the loop that keeps them as they should be. */
export class App {
    readonly state: AppStateFile;
    readonly releases: Releases;
    readonly fleet: Fleet;
    readonly autoscaling: Autoscaling;
    readonly address: InternalAddress;
    /** Set while something changes the app as a whole; the loop then keeps its hands off. */
    busy = false;
    /** Ends a rollout early. */
    readonly interruption = new AbortController();
    /** The spec that the proxies are told, while it is not yet the one in effect. */
    announced: AppSpec | undefined;
    private readonly loop: Loop;
    private readonly known = new Map<number, { release: Release; env: Record<string, string> }>();
    private toldAt = monotonic();
    private generation: number;
    private problem: string | undefined;

    constructor(
        readonly name: string,
        readonly context: Context,
    ) {
        const { folders, output } = context;
        this.state = new AppStateFile(folders, name);
        this.releases = new Releases(folders, name);
        this.generation = context.proxy.generation;
        const host = {
            app: name,
            folders,
            output,
            process: (release: number) => (this.releases.get(release)?.spec ?? this.state.get().spec)?.process ?? "",
            plan: (release: number) => this.plan(release),
            sinkFolder: () => this.sinkFolder,
            save: (replicas: ReturnType<AppStateFile["get"]>["replicas"]) => this.state.change({ replicas }),
        };
        const spec = () => this.announced ?? this.state.get().spec;
        this.fleet = new Fleet(host, (replicas) => new Traffic(context.home, name, context.proxies, spec, replicas));
        this.address = new InternalAddress(name, context, this.fleet.traffic.key);
        this.autoscaling = new Autoscaling({
            app: name,
            folders,
            parts: context.parts,
            fleet: this.fleet,
            backlog: (home, queue) => context.backlog(home, queue),
            event: (line) => this.event(line),
        });
        const { rollout, current, replicas } = this.state.get();
        // What was being tried when the last supervisor ended gets no traffic as long as there is something better.
        if (rollout !== undefined && current !== undefined) this.fleet.traffic.sharing = { held: [rollout.to] };
        this.busy = rollout !== undefined;
        this.fleet.adopt(replicas);
        this.loop = new Loop(
            SAMPLE_MILLISECONDS,
            () => this.step(),
            (error) => this.note(error),
        );
    }

    get sinkFolder(): string {
        return this.context.sinkFolder((this.announced ?? this.state.get().spec)?.logs);
    }

    /** Number of replicas that there are to be. */
    wanted(spec: AppSpec): number {
        const { autoscale } = spec;
        if (autoscale === undefined) return spec.replicas;
        const wanted = this.state.get().scaledTo ?? spec.replicas;
        return Math.min(autoscale.maxReplicas, Math.max(autoscale.minReplicas, wanted));
    }

    /** A release, with the environment of its processes. */
    released(number: number): { readonly release: Release; readonly env: Readonly<Record<string, string>> } {
        let known = this.known.get(number);
        if (known === undefined) {
            const release = this.releases.get(number);
            if (release === undefined)
                throw new Error(`Release ${number} of app "${this.name}" is not known any more.`);
            const env = {
                ...this.context.environment,
                ...(release.searchPath === undefined ? {} : { PATH: release.searchPath }),
                ...release.spec.environment,
                ...this.releases.secretsOf(number),
                RELEASE_ID: release.releaseId,
            };
            known = { release, env };
            this.known.set(number, known);
        }
        return known;
    }

    /** A release was written anew. */
    forgetReleased(number: number): void {
        this.known.delete(number);
    }

    plan(number: number): ReplicaPlan {
        const { release, env } = this.released(number);
        const { current, spec = release.spec } = this.state.get();
        // Health and patience may have changed since the release was made; its code and config have not.
        const { health, stopTimeoutSeconds } = number === current ? spec : release.spec;
        return {
            ...appProgram(this.context.folders, release.spec, env.PATH ?? ""),
            cwd: this.context.folders.source(release.spec.source.digest),
            env,
            listens: release.spec.listens,
            health,
            stopTimeoutSeconds,
        };
    }

    async drift(): Promise<string[]> {
        const { spec, current } = this.state.get();
        if (spec === undefined || current === undefined) return ["no release of it serves"];
        return [
            ...replicaDrift(spec, this.wanted(spec), this.fleet.of(current)),
            ...[this.fleet.traffic.problem, this.problem].filter((problem) => problem !== undefined),
        ];
    }

    event(line: string): void {
        const { current } = this.state.get();
        this.fleet.event(current ?? 0, "", line);
    }

    /** Ends everything of the app; its releases stay when it may be tried again. */
    async remove(options: { readonly keepReleases: boolean }): Promise<void> {
        this.busy = true;
        await this.loop.stop();
        await Promise.all(this.fleet.all().map((replica) => this.fleet.retire(replica)));
        for (const { command } of this.releases.list()) {
            if (command !== undefined && command.succeeded === undefined) signalGroup(command.identity, "SIGKILL");
        }
        await this.fleet.traffic.withdraw(this.state.get().homes);
        await this.address.remove();
        this.autoscaling.remove();
        if (!options.keepReleases) this.releases.remove();
        this.state.remove();
    }

    /** Leaves its processes to the next supervisor. */
    async abandon(): Promise<void> {
        this.fleet.abandon();
        await this.loop.stop();
    }

    private async step(): Promise<void> {
        await this.refreshTraffic();
        await this.balance();
        this.problem = undefined;
    }

    /** Tells the proxies again what they may have forgotten. */
    private async refreshTraffic(): Promise<void> {
        const { generation } = this.context.proxy;
        const restarted = generation !== this.generation;
        if (restarted || monotonic() - this.toldAt >= TELL_AGAIN_MILLISECONDS) {
            this.toldAt = monotonic();
            this.fleet.traffic.forgetTold();
            if (restarted && this.address.port !== undefined) await this.address.listen();
            this.generation = generation;
        }
        if (this.state.get().homes.length > 0) await this.fleet.traffic.publish();
    }

    /** As many replicas of the serving release as there are to be, and none of any other. */
    async balance(): Promise<void> {
        const { spec, current } = this.state.get();
        if (this.busy || spec === undefined || current === undefined) return;
        const scaledTo = await this.autoscaling.step(spec, current, this.fleet.of(current).length, false);
        if (this.busy) return;
        if (spec.autoscale === undefined && this.state.get().scaledTo !== undefined) this.state.clear("scaledTo");
        if (scaledTo !== undefined && scaledTo !== this.state.get().scaledTo) this.state.change({ scaledTo });
        for (const other of this.fleet.others(current)) void this.fleet.retire(other);
        this.fleet.resize(current, this.wanted(spec));
    }

    private note(error: Error): void {
        const text = message(error);
        if (text !== this.problem) this.event(text);
        this.problem = text;
    }
}
