/** What the supervisor and the proxy tell each other, as JSON over the proxy's control socket. */

/** A port of the proxy. */
export interface ListenerConfig {
    /** `balancer/<name>` or `internal/<app>`. */
    readonly id: string;
    /** On 127.0.0.1. */
    readonly port: number;
    /** A balancer, which looks for a route, or one source, which takes everything. */
    readonly serves: { readonly balancer: string } | { readonly source: string };
    readonly algorithm: "roundRobin" | "leastConnections";
    /** Connections without a byte for so long are ended; a request that waits on one is answered 504. */
    readonly idleTimeoutSeconds: number;
    /** Addresses that may send requests, others get 403; empty: all. */
    readonly allowedCidrs: readonly string[];
    /** File that NDJSON lines are appended to, one for each request. */
    readonly accessLogFile?: string;
    readonly tls?: {
        readonly port: number;
        readonly certFile: string;
        readonly keyFile: string;
        /** The plain port answers with 308 to this one. */
        readonly redirect: boolean;
    };
    /** Connections begin with the PROXY protocol (v1 or v2); those that don't are ended. */
    readonly proxyProtocol: boolean;
}

export interface RouteConfig {
    readonly balancer: string;
    /** Without port; `*.example.com` is every name under it. Absent: every host that has no route of its own. */
    readonly host?: string;
    /** Prefix of whole segments. */
    readonly path: string;
    /** Share of the requests; the rest goes to `otherwise`. */
    readonly percent?: number;
    /** Key of the source that gets the rest. */
    readonly otherwise?: string;
    /** Take the path off what the source sees. */
    readonly stripPrefix: boolean;
}

export interface EndpointConfig {
    readonly id: string;
    /** On 127.0.0.1. */
    readonly port: number;
    readonly release: string;
    /** Standby: no new requests as long as a ready one can be had. Draining: none at all. Those under way end in peace. */
    readonly state: "ready" | "standby" | "draining";
}

/** One app that serves traffic. */
export interface SourceConfig {
    readonly key: string;
    /** For messages and logs. */
    readonly app: string;
    readonly routes: readonly RouteConfig[];
    readonly endpoints: readonly EndpointConfig[];
    /** Release to percent of this source's own traffic; absent: all endpoints alike. */
    readonly weights?: Readonly<Record<string, number>>;
    /**
     * The release that is known to be good while another one is tried: what a replica of that one failed to answer is
     * asked here again, before anywhere else.
     */
    readonly fallback?: string;
    /** Asked of an endpoint that could not be connected to, until it answers 200 to 399. */
    readonly readinessPath: string;
}

/** Everything counts from the start of the proxy, unless said otherwise. */
export interface ProxyStats {
    readonly pid: number;
    /** ISO 8601; another one means that all counters began again at 0. */
    readonly startedAt: string;
    readonly listeners: Readonly<Record<string, ListenerStats>>;
    readonly sources: Readonly<Record<string, SourceStats>>;
    /** What is not as it should be, in sentences. */
    readonly problems: readonly string[];
}

export interface ListenerStats {
    readonly port: number;
    readonly tlsPort?: number;
    readonly requests: number;
    /** Answers with status 500 and above, whoever gave them. */
    readonly errors5xx: number;
    /** Requests and tunnels under way now. */
    readonly inFlight: number;
    /** Why it does not listen, if it does not. */
    readonly problem?: string;
}

export interface SourceStats {
    /** Requests of clients; one that was tried on two endpoints counts once. */
    readonly requests: number;
    /** Of those, how many found no endpoint that could take them. */
    readonly unavailable: number;
    readonly byRelease: Readonly<Record<string, ReleaseStats>>;
    /** Those of the configuration, and former ones as long as requests are under way to them. */
    readonly endpoints: Readonly<Record<string, EndpointStats>>;
}

export interface ReleaseStats {
    /** Requests given to its endpoints; one that was tried on two counts twice. */
    readonly requests: number;
    /** Answers with status 500 and above, and requests that it did not answer, also where another endpoint then did. */
    readonly errors5xx: number;
    readonly latency: LatencyStats;
    readonly unanswered: UnansweredStats;
}

/** Requests without an answer: how many in each bucket of histogram.ts. */
export interface UnansweredStats {
    /** By how long they have waited until now. */
    readonly waiting: readonly number[];
    /** Whose client has gone, by how long it had waited; since the proxy runs. */
    readonly abandoned: readonly number[];
}

/** Time from the request to the head of the answer. */
export interface LatencyStats {
    /** Of the last minute; 0 when there were no answers. */
    readonly p50Milliseconds: number;
    readonly p99Milliseconds: number;
    /** Cumulative counts of all buckets, for `quantile(difference(now, before), q)` of histogram.ts. */
    readonly counts: readonly number[];
}

export interface EndpointStats {
    /** Requests and tunnels under way now. */
    readonly inFlight: number;
    readonly requests: number;
    /** Could not be connected to; gets no requests until its readiness path answers. */
    readonly ejected: boolean;
}

/** A request to the control socket that was refused; nothing has changed. */
export class ProxyError extends Error {
    constructor(
        message: string,
        /** 400: the configuration is wrong; 409: it is in conflict with another one, or a port is taken. */
        readonly status: number,
    ) {
        super(message);
        this.name = "ProxyError";
    }
}
