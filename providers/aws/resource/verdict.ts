/** What ECS says about a service, as far as the judge needs it. */
export interface Seen {
    readonly status?: string;
    readonly taskDefinition?: string;
    /** Deployments that have tasks, the newest first. */
    readonly deployments: readonly Deployment[];
    /** The newest of all rollouts, whether it goes on or has ended. */
    readonly latest?: { readonly status?: string; readonly reason?: string };
}

export interface Deployment {
    readonly taskDefinition?: string;
    readonly rolloutState?: string;
    readonly reason?: string;
}

export type Verdict =
    | { readonly is: "serving" }
    | { readonly is: "waiting"; readonly why: string }
    | { readonly is: "failed"; readonly why: string };

/** Whether a task definition serves, may still come to serve, or has lost. */
export function judge(declared: string, seen: Seen | undefined): Verdict {
    if (seen === undefined || seen.status === "INACTIVE") return { is: "failed", why: "the service is gone" };
    if (seen.status === "DRAINING") return { is: "failed", why: "the service is being deleted" };
    const { latest } = seen;
    const mine = seen.deployments.find(({ taskDefinition }) => taskDefinition === declared);
    switch (latest?.status) {
        case "PENDING":
        case "IN_PROGRESS":
        case "STOP_REQUESTED":
        case "ROLLBACK_REQUESTED":
        case "ROLLBACK_IN_PROGRESS":
            return { is: "waiting", why: `its deployment is ${latest.status}` };
        case "ROLLBACK_SUCCESSFUL":
        case "ROLLBACK_FAILED":
        case "STOPPED":
            return { is: "failed", why: latest.reason ?? mine?.reason ?? `its deployment is ${latest.status}` };
    }
    if (mine?.rolloutState === "FAILED") return { is: "failed", why: mine.reason ?? "its tasks do not start" };
    if (seen.taskDefinition !== declared) {
        return {
            is: "failed",
            why: `the service runs ${revisionOf(seen.taskDefinition)}, which somebody else gave it`,
        };
    }
    // A service without a record of rollouts, and one whose last rollout is over.
    if (latest === undefined && seen.deployments.some(({ rolloutState }) => rolloutState === "IN_PROGRESS")) {
        return { is: "waiting", why: "its deployment is IN_PROGRESS" };
    }
    return { is: "serving" };
}

/** `family:revision` of an ARN. */
export function revisionOf(arn: string | undefined): string {
    return arn?.split("/").at(-1) ?? "nothing";
}
