import type { Attempt, ReleaseCounters } from "./counters.js";
import type { EndpointConfig, EndpointStats } from "./types.js";
import { UpstreamPool } from "./upstream-pool.js";

/** One process that answers requests. */
export class Endpoint {
    inFlight = 0;
    requests = 0;
    ejected = false;
    readonly pool: UpstreamPool;
    private retired = false;

    constructor(
        public config: EndpointConfig,
        readonly counters: ReleaseCounters,
        /** Out of the configuration, and without a request. */
        private readonly onGone: (endpoint: Endpoint) => void,
    ) {
        this.pool = new UpstreamPool(config.port);
    }

    get ready(): boolean {
        return this.config.state === "ready" && !this.ejected;
    }

    get standsBy(): boolean {
        return this.config.state === "standby" && !this.ejected;
    }

    /** A request or tunnel goes to it. */
    enter(attempt: Attempt): void {
        this.inFlight++;
        this.requests++;
        this.counters.began(attempt);
    }

    /** The request that just entered never reached it. */
    uncount(attempt: Attempt): void {
        this.requests--;
        this.counters.missed(attempt);
    }

    leave(): void {
        this.inFlight--;
        if (this.retired && this.inFlight === 0) this.onGone(this);
    }

    /** But for ready ones no connection is kept: a server that is asked to stop waits for idle ones, too. */
    configure(config: EndpointConfig): void {
        this.config = config;
        if (config.state === "ready") this.pool.open();
        else this.pool.close();
    }

    /** Taken out of the configuration; what is under way may end. */
    retire(): void {
        this.retired = true;
        this.pool.close();
        if (this.inFlight === 0) this.onGone(this);
    }

    stats(): EndpointStats {
        return { inFlight: this.inFlight, requests: this.requests, ejected: this.ejected };
    }
}
