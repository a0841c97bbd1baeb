import type { HealthRequest } from "../contract.js";

export interface Probe {
    readonly type: "Readiness" | "Liveness" | "Startup";
    readonly httpGet: { readonly path: string; readonly port: number; readonly scheme: "HTTP" };
    readonly periodSeconds: number;
    readonly timeoutSeconds: number;
    readonly failureThreshold: number;
}

/** The largest number of failures that Container Apps documents. */
const MOST_FAILURES = 10;

/** Always all three: where one is missing, the platform may add a probe of its own. */
export function probesOf(health: HealthRequest, port: number): readonly Probe[] {
    const { readinessPath, livenessPath, intervalSeconds, timeoutSeconds, failureThreshold, startupSeconds } = health;
    const get = (path: string) => ({ path, port, scheme: "HTTP" as const });
    const numbers = { periodSeconds: Math.min(240, intervalSeconds), timeoutSeconds };
    return [
        { type: "Readiness", httpGet: get(readinessPath), ...numbers, failureThreshold },
        // Later than readiness: a replica leaves the traffic first, and is restarted only then.
        {
            type: "Liveness",
            httpGet: get(livenessPath),
            ...numbers,
            failureThreshold: Math.min(MOST_FAILURES, failureThreshold * 2),
        },
        {
            type: "Startup",
            httpGet: get(livenessPath),
            periodSeconds: Math.min(240, Math.max(1, Math.ceil(startupSeconds / MOST_FAILURES))),
            timeoutSeconds,
            failureThreshold: MOST_FAILURES,
        },
    ];
}
