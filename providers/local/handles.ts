/** What each local component puts into its handle, beside the fields that every handle has. */
import type { AutoscaleSpec } from "./spec.js";

export interface PlatformHandle {
    readonly home: string;
}

export interface LogSinkHandle {
    readonly home: string;
    readonly sink: string;
}

export interface LoadBalancerHandle {
    readonly home: string;
    readonly balancer: string;
    readonly url: string;
}

export interface QueueHandle {
    readonly home: string;
    readonly queue: string;
}

export interface AutoscalerHandle {
    readonly policy: AutoscaleSpec;
}

export interface AppHandle {
    readonly home: string;
    readonly app: string;
    readonly internalUrl: string;
    readonly releaseId: string;
}
