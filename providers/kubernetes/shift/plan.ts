/**
 * What a shift does, as plain data; it crosses to the Job as JSON. Everything in this folder runs in the Job, from a
 * ConfigMap: it imports nothing but Node.
 */
export interface ShiftPlan {
    readonly namespace: string;
    /** Service of the release that serves, and name of the app. */
    readonly service: string;
    /** Service of the release that is to serve. */
    readonly next: string;
    /** HTTPRoutes that share their weights between the two. */
    readonly routes: readonly string[];
    /** Label in the selectors of both Services and of each Deployment. */
    readonly releaseLabel: string;
    readonly release: string;
    /** Selects the pods and Deployments of the app, of any release. */
    readonly selector: Readonly<Record<string, string>>;
    /** Deployment of the new release. */
    readonly deployment: string;
    /** Size the new release by its share; absent where the program says how many replicas there are. */
    readonly minReplicas?: number;
    readonly steps: readonly Step[];
    /** How long a step may wait for its replicas. */
    readonly readySeconds: number;
    /** How long a gateway may still send to where it sent before. */
    readonly drainSeconds: number;
    readonly limits: Limits;
    readonly prometheus?: Queries;
}

export interface Step {
    readonly percent: number;
    readonly bakeSeconds: number;
}

/** Beyond these a release is bad. */
export interface Limits {
    readonly errorPercent?: number;
    readonly p99Milliseconds?: number;
    /** Whether a shift may go on when nothing tells about a limit: only where nobody asked for it. */
    readonly mustKnow: boolean;
}

/** Where to ask, with the placeholder {window}. */
export interface Queries {
    readonly address: string;
    readonly errorPercent?: string;
    readonly p99Milliseconds?: string;
}

/** The steps of a strategy: each is watched for its time, and after the last the release serves alone. */
export function stepsOf(rollout: {
    readonly strategy: string;
    readonly steps: readonly Step[];
    readonly bakeSeconds: number;
}): readonly Step[] {
    return rollout.strategy === "canary" ? rollout.steps : [{ percent: 100, bakeSeconds: rollout.bakeSeconds }];
}

/** Longest time that a shift may take; after it the Job is ended, which takes the traffic back. */
export function longestSeconds({
    steps,
    readySeconds,
    drainSeconds,
}: Pick<ShiftPlan, "steps" | "readySeconds" | "drainSeconds">): number {
    const bake = steps.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
    return bake + (steps.length + 1) * readySeconds + 2 * drainSeconds + 120;
}

interface Backend {
    readonly name: string;
    readonly namespace?: string;
    readonly weight?: number;
}

export interface Rule {
    readonly backendRefs?: readonly Backend[];
    readonly [field: string]: unknown;
}

/** The rules of a route with so much of the app's own share on the new release; what others have stays theirs. */
export function weigh(
    rules: readonly Rule[],
    plan: Pick<ShiftPlan, "namespace" | "service" | "next">,
    percent: number,
): readonly Rule[] {
    const own = ({ name, namespace = plan.namespace }: Backend) =>
        namespace === plan.namespace && (name === plan.service || name === plan.next);
    return rules.map((rule) => {
        const total = (rule.backendRefs ?? []).filter(own).reduce((sum, { weight = 1 }) => sum + weight, 0);
        const share = (name: string) => (total * (name === plan.next ? percent : 100 - percent)) / 100;
        const backendRefs = rule.backendRefs?.map((backend) =>
            own(backend) ? { ...backend, weight: Math.round(share(backend.name)) } : backend,
        );
        return backendRefs === undefined ? rule : { ...rule, backendRefs };
    });
}

/** So many replicas carry a share of what the old release carries. */
export function replicasFor(old: number, least: number, percent: number): number {
    return Math.max(least, Math.ceil((old * percent) / 100));
}
