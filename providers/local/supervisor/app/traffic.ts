import { sum } from "../../proxy/index.js";
import { type AppSpec, sourceKey } from "../../spec.js";
import type { ReleaseStats, SourceConfig } from "../parts.js";
import { isConnectionError, isUnsure, type Proxies, patiently } from "../proxies.js";
import { message, monotonic, pause, Turns } from "../wait.js";
import type { Replica } from "./replica.js";

/** How the releases of an app share its traffic; absent: every ready replica alike. */
export interface Sharing {
    /** Release number to percent. */
    readonly weights?: Readonly<Record<number, number>>;
    /** Releases that get no new requests as long as another one has a ready replica. */
    readonly held?: readonly number[];
    /** The release that answers what a replica of another one failed to. */
    readonly fallback?: number | undefined;
}

/** What an app tells the proxies: its routes and its replicas. */
export class Traffic {
    sharing: Sharing = {};
    /** Why the proxies could not be told last time. */
    problem: string | undefined;
    private readonly turns = new Turns();
    private queued: Promise<void> | undefined;
    private readonly told = new Map<string, string>();
    readonly key: string;

    constructor(
        private readonly home: string,
        private readonly app: string,
        private readonly proxies: Proxies,
        private readonly spec: () => AppSpec | undefined,
        private readonly replicas: () => readonly Replica[],
    ) {
        this.key = sourceKey(home, app);
    }

    /** Homes whose proxies carry this app, for a spec. */
    homes(spec: AppSpec): string[] {
        return spec.listens ? [...new Set([this.home, ...spec.routes.map((route) => route.home)])] : [];
    }

    /** Tells the proxies how things are now; calls that come while one is under way are one. */
    publish(): Promise<void> {
        this.queued ??= this.turns.take(async () => {
            this.queued = undefined;
            await this.tell();
        });
        return this.queued;
    }

    /** The same, patient with a proxy that is being restarted. */
    async publishSurely(): Promise<void> {
        await patiently(() => this.publish());
    }

    /** The proxies may have forgotten. */
    forgetTold(): void {
        this.told.clear();
    }

    /** Takes the app out of the proxies of these homes. */
    async withdraw(homes: readonly string[]): Promise<void> {
        for (const home of homes) {
            this.told.delete(home);
            await this.proxies
                .of(home)
                .deleteSource(this.key)
                .catch((error) => {
                    // Where no proxy is, there is nothing to be taken out of.
                    if (!isConnectionError(error)) throw error;
                });
        }
    }

    /** Resolves when no request is on its way to an endpoint any more and none will be, or the time is over. */
    async drained(endpoint: string, seconds: number): Promise<void> {
        const deadline = monotonic() + seconds * 1000;
        for (let wait = 20; !(await this.isQuiet(endpoint)); wait = Math.min(wait * 1.5, 200)) {
            const left = deadline - monotonic();
            if (left <= 0) return;
            await pause(Math.min(wait, left));
        }
    }

    /** What the proxies counted for each release since they run, added up. */
    async byRelease(): Promise<Record<string, ReleaseStats>> {
        const all: Record<string, ReleaseStats> = {};
        for (const stats of await this.stats()) {
            for (const [release, one] of Object.entries(stats.byRelease)) all[release] = added(all[release], one);
        }
        return all;
    }

    /** Requests that each endpoint was given since the proxies run. */
    async requests(): Promise<Record<string, number>> {
        const all: Record<string, number> = {};
        for (const stats of await this.stats()) {
            for (const [id, one] of Object.entries(stats.endpoints)) all[id] = (all[id] ?? 0) + one.requests;
        }
        return all;
    }

    /** A proxy that is too busy to answer may send requests all the same; only one that is not there does not. */
    private async isQuiet(endpoint: string): Promise<boolean> {
        const refuse = (error: unknown) => {
            if (isUnsure(error)) throw error;
        };
        try {
            await this.publish().catch(refuse);
            const all = await this.stats(refuse);
            return all.every((stats) => !stats.endpoints[endpoint]?.inFlight);
        } catch {
            return false;
        }
    }

    /** What the proxies say; of those that do not answer the error is looked at, and nothing else. */
    private async stats(onError: (error: unknown) => void = () => undefined) {
        const spec = this.spec();
        const homes = spec ? this.homes(spec) : [];
        const ask = async (home: string) => {
            try {
                return [await this.proxies.of(home).stats()];
            } catch (error) {
                onError(error);
                return [];
            }
        };
        const all = (await Promise.all(homes.map(ask))).flat();
        return all.flatMap((stats) => stats.sources[this.key] ?? []);
    }

    private async tell(): Promise<void> {
        const spec = this.spec();
        if (spec === undefined) return;
        const problems: unknown[] = [];
        for (const home of this.homes(spec)) {
            const config = this.config(spec, home);
            const text = JSON.stringify(config);
            if (this.told.get(home) === text) continue;
            try {
                await this.proxies.ensure(home);
                await this.proxies.of(home).putSource(config);
                this.told.set(home, text);
            } catch (error) {
                this.told.delete(home);
                problems.push(error);
            }
        }
        this.problem = problems.length === 0 ? undefined : problems.map(message).join(" ");
        if (problems.length > 0) throw problems[0];
    }

    private config(spec: AppSpec, home: string): SourceConfig {
        const { weights, fallback } = this.sharing;
        return {
            key: this.key,
            app: this.app,
            routes: spec.routes.filter((route) => route.home === home).map(({ home: _home, ...route }) => route),
            endpoints: this.endpoints(),
            ...(weights ? { weights: Object.fromEntries(Object.entries(weights)) } : {}),
            ...(fallback === undefined ? {} : { fallback: String(fallback) }),
            readinessPath: spec.health.readinessPath,
        };
    }

    private endpoints(): SourceConfig["endpoints"] {
        const replicas = this.replicas().filter(
            ({ record }) => record.phase !== "starting" && record.phase !== "waiting",
        );
        const held = new Set(this.sharing.held);
        const othersServe = replicas.some((replica) => replica.ready && !held.has(replica.record.release));
        return replicas.flatMap((replica) => {
            const { endpoint, record } = replica;
            if (endpoint === undefined || record.port === undefined) return [];
            const isHeld = othersServe && held.has(record.release);
            const state = !replica.ready ? "draining" : isHeld ? "standby" : "ready";
            return [{ id: endpoint, port: record.port, release: String(record.release), state }];
        });
    }
}

function added(before: ReleaseStats | undefined, one: ReleaseStats): ReleaseStats {
    if (before === undefined) return one;
    const { waiting: alsoWaiting = [], abandoned: alsoAbandoned = [] } = before.unanswered ?? {};
    const { waiting = [], abandoned = [] } = one.unanswered ?? {};
    return {
        requests: before.requests + one.requests,
        errors5xx: before.errors5xx + one.errors5xx,
        latency: { counts: sum(before.latency.counts, one.latency.counts) },
        unanswered: { waiting: sum(alsoWaiting, waiting), abandoned: sum(alsoAbandoned, abandoned) },
    };
}
