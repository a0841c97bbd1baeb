import { Turns, weighted } from "./choose.js";
import { ReleaseCounters } from "./counters.js";
import { Endpoint } from "./endpoint.js";
import type { ListenerConfig, SourceConfig, SourceStats } from "./types.js";

/** Counters of so many releases are kept after their endpoints are gone. */
const FORMER_RELEASES = 20;

/** One app that serves traffic: its endpoints now, and who is next. */
export class Source {
    requests = 0;
    unavailable = 0;
    private endpoints = new Map<string, Endpoint>();
    /** Out of the configuration, but with requests under way. */
    private readonly former = new Set<Endpoint>();
    private readonly releases = new Map<string, ReleaseCounters>();
    private all = new Turns<Endpoint>([]);
    private standby: readonly Endpoint[] = [];
    /** Those of the release to fall back on. */
    private proven: readonly Endpoint[] = [];
    private byRelease = new Map<string, Turns<Endpoint>>();

    constructor(public config: SourceConfig) {
        this.configure(config);
    }

    /** All at once: no request sees half of it. */
    configure(config: SourceConfig): void {
        const before = this.endpoints;
        this.config = config;
        this.endpoints = new Map();
        for (const one of config.endpoints) {
            const same = before.get(one.id);
            if (same !== undefined && same.config.port === one.port && same.config.release === one.release) {
                same.configure(one);
                this.endpoints.set(one.id, same);
                before.delete(one.id);
            } else {
                const endpoint = new Endpoint(one, this.counters(one.release), (gone) => this.former.delete(gone));
                endpoint.configure(one);
                this.endpoints.set(one.id, endpoint);
            }
        }
        for (const endpoint of before.values()) this.retire(endpoint);
        this.forgetReleases();
        this.refresh();
    }

    /** Who may get a request has changed. */
    refresh(): void {
        const endpoints = [...this.endpoints.values()];
        const ready = endpoints.filter((endpoint) => endpoint.ready);
        this.standby = endpoints.filter((endpoint) => endpoint.standsBy);
        this.proven = [...ready, ...this.standby].filter(({ config }) => config.release === this.config.fallback);
        const groups = new Map<string, Endpoint[]>();
        for (const endpoint of ready) {
            const { release } = endpoint.config;
            groups.set(release, [...(groups.get(release) ?? []), endpoint]);
        }
        this.all = new Turns(ready.length > 0 ? ready : this.standby);
        this.byRelease = new Map([...groups].map(([release, endpoints]) => [release, new Turns(endpoints)]));
    }

    /** The endpoint for a request, but none of those it was tried on. */
    choose(
        algorithm: ListenerConfig["algorithm"],
        chance: () => number,
        tried: readonly Endpoint[],
    ): Endpoint | undefined {
        if (tried.length > 0) {
            const untried = (endpoints: readonly Endpoint[]) =>
                new Turns(endpoints.filter((endpoint) => !tried.includes(endpoint))).leastConnections();
            return untried(this.proven) ?? untried(this.all.endpoints) ?? untried(this.standby);
        }
        const { weights } = this.config;
        const release = weights && weighted(weights, this.byRelease.keys(), chance());
        const turns = (release !== undefined && this.byRelease.get(release)) || this.all;
        return algorithm === "roundRobin" ? turns.roundRobin() : turns.leastConnections();
    }

    /** Another endpoint could take what this one did not answer. */
    hasOther(endpoint: Endpoint): boolean {
        return [...this.all.endpoints, ...this.standby].some((other) => other !== endpoint);
    }

    /** Endpoints that get no requests for the only reason that they could not be connected to. */
    ejected(): Endpoint[] {
        return [...this.endpoints.values()].filter((endpoint) => endpoint.ejected);
    }

    eject(endpoint: Endpoint): void {
        if (endpoint.ejected) return;
        endpoint.ejected = true;
        this.refresh();
    }

    admit(endpoint: Endpoint): void {
        endpoint.ejected = false;
        this.refresh();
    }

    /** Nobody routes to it any more. */
    close(): void {
        for (const endpoint of this.endpoints.values()) this.retire(endpoint);
        this.endpoints = new Map();
        this.refresh();
    }

    sweep(now: number): void {
        for (const endpoint of this.endpoints.values()) endpoint.pool.sweep(now);
    }

    readCounters(): void {
        for (const counters of this.releases.values()) counters.read();
    }

    stats(): SourceStats {
        const endpoints = [...this.former, ...this.endpoints.values()];
        return {
            requests: this.requests,
            unavailable: this.unavailable,
            byRelease: Object.fromEntries([...this.releases].map(([release, counters]) => [release, counters.stats()])),
            endpoints: Object.fromEntries(endpoints.map((endpoint) => [endpoint.config.id, endpoint.stats()])),
        };
    }

    private retire(endpoint: Endpoint): void {
        this.former.add(endpoint);
        endpoint.retire();
    }

    private counters(release: string): ReleaseCounters {
        let counters = this.releases.get(release);
        if (counters === undefined) {
            counters = new ReleaseCounters();
            this.releases.set(release, counters);
        }
        return counters;
    }

    private forgetReleases(): void {
        const used = new Set([...this.endpoints.values()].map((endpoint) => endpoint.config.release));
        const former = [...this.releases.keys()].filter((release) => !used.has(release));
        for (const release of former.slice(0, -FORMER_RELEASES)) this.releases.delete(release);
    }
}
