/**
 * Inputs and expected results of the table tests of kubernetes/kubernetes, pkg/controller/podautoscaler
 * (replica_calculator_test.go and horizontal_test.go); `name` is the name there. Figures only.
 *
 * Values are percent of the request, as every replica here has the same request. Test constants there: tolerance 0.1,
 * cpu initialization 120 s, initial readiness delay 10 s.
 */

type Value = number | undefined;

export interface ReplicaVector {
    readonly name: string;
    readonly kind: "percent" | "average";
    readonly current: number;
    readonly target: number;
    readonly values: readonly Value[];
    /** Indexes of replicas that are set aside. */
    readonly unready?: readonly number[];
    readonly expected: number | undefined;
}

const none = undefined;

export const REPLICA_VECTORS: readonly ReplicaVector[] = [
    { name: "ScaleUp", kind: "percent", current: 3, target: 30, values: [30, 50, 70], expected: 5 },
    {
        name: "ScaleUpUnreadyLessScale",
        kind: "percent",
        current: 3,
        target: 30,
        values: [30, 50, 70],
        unready: [0],
        expected: 4,
    },
    {
        name: "ScaleUpHotCpuLessScale",
        kind: "percent",
        current: 3,
        target: 30,
        values: [30, 50, 70],
        unready: [0],
        expected: 4,
    },
    {
        name: "ScaleUpUnreadyNoScale",
        kind: "percent",
        current: 3,
        target: 30,
        values: [40, 50, 70],
        unready: [1, 2],
        expected: 3,
    },
    {
        name: "ScaleHotCpuNoScale",
        kind: "percent",
        current: 3,
        target: 30,
        values: [40, 50, 70],
        unready: [1, 2],
        expected: 3,
    },
    // Failed and deleted pods are no replicas of an observation.
    { name: "ScaleUpIgnoresFailedPods", kind: "percent", current: 2, target: 30, values: [50, 70], expected: 4 },
    { name: "ScaleUpCM", kind: "average", current: 3, target: 15, values: [20, 10, 30], expected: 4 },
    // Readiness counts for cpu only.
    {
        name: "ScaleUpCMUnreadyHotCpuNoLessScale",
        kind: "average",
        current: 3,
        target: 15,
        values: [50, 10, 30],
        expected: 6,
    },
    {
        name: "ScaleUpCMUnreadyHotCpuScaleWouldScaleDown",
        kind: "average",
        current: 3,
        target: 15,
        values: [50, 15, 30],
        expected: 7,
    },
    { name: "ScaleUpCMExternal", kind: "average", current: 1, target: 4.4, values: [8.6], expected: 2 },
    { name: "ScaleDown", kind: "percent", current: 5, target: 50, values: [10, 30, 50, 25, 25], expected: 3 },
    { name: "ScaleDownCM", kind: "average", current: 5, target: 20, values: [12, 12, 12, 12, 12], expected: 3 },
    {
        name: "ScaleDownIncludeUnreadyPods",
        kind: "percent",
        current: 5,
        target: 50,
        values: [10, 30, 50, 25, 25],
        unready: [3, 4],
        expected: 2,
    },
    {
        name: "ScaleDownExcludeUnscheduledPods",
        kind: "percent",
        current: 5,
        target: 50,
        values: [10, none, none, none, none],
        unready: [1, 2, 3, 4],
        expected: 1,
    },
    {
        name: "ScaleDownIgnoreHotCpuPods",
        kind: "percent",
        current: 5,
        target: 50,
        values: [10, 30, 50, 25, 25],
        unready: [3, 4],
        expected: 2,
    },
    { name: "Tolerance", kind: "percent", current: 3, target: 100, values: [101 / 0.9, 103, 102 / 1.1], expected: 3 },
    { name: "ToleranceCM", kind: "average", current: 3, target: 20, values: [20, 21, 21], expected: 3 },
    {
        name: "SuperfluousMetrics",
        kind: "percent",
        current: 4,
        target: 100,
        values: [400, 950, 300, 700],
        expected: 24,
    },
    { name: "MissingMetrics", kind: "percent", current: 4, target: 100, values: [40, 9.5, none, none], expected: 3 },
    { name: "EmptyMetrics", kind: "percent", current: 4, target: 100, values: [none, none, none], expected: undefined },
    { name: "MissingMetricsNoChangeEq", kind: "percent", current: 2, target: 100, values: [100, none], expected: 2 },
    { name: "MissingMetricsNoChangeGt", kind: "percent", current: 2, target: 100, values: [190, none], expected: 2 },
    { name: "MissingMetricsNoChangeLt", kind: "percent", current: 2, target: 100, values: [60, none], expected: 2 },
    {
        name: "MissingMetricsUnreadyChange",
        kind: "percent",
        current: 3,
        target: 50,
        values: [10, 45, none],
        unready: [0],
        expected: 3,
    },
    {
        name: "MissingMetricsHotCpuNoChange",
        kind: "percent",
        current: 3,
        target: 50,
        values: [10, 45, none],
        unready: [0],
        expected: 3,
    },
    {
        name: "MissingMetricsUnreadyScaleUp",
        kind: "percent",
        current: 3,
        target: 50,
        values: [10, 200, none],
        unready: [0],
        expected: 4,
    },
    {
        name: "MissingMetricsHotCpuScaleUp",
        kind: "percent",
        current: 3,
        target: 50,
        values: [10, 200, none],
        unready: [0],
        expected: 4,
    },
    {
        name: "MissingMetricsUnreadyScaleDown",
        kind: "percent",
        current: 4,
        target: 50,
        values: [10, 10, 10, none],
        unready: [0],
        expected: 3,
    },
    {
        name: "ComputedToleranceAlgImplementation, beyond tolerance",
        kind: "percent",
        current: 10,
        target: 56,
        values: Array<number>(10).fill(50),
        expected: 9,
    },
    {
        name: "ComputedToleranceAlgImplementation, within",
        kind: "percent",
        current: 10,
        target: 55,
        values: Array<number>(10).fill(50),
        expected: 10,
    },
];

/** A total shared by all replicas: GetExternalPerPodMetricReplicas, GetObjectPerPodMetricReplicas. */
export const TOTAL_VECTORS = [
    { name: "ScaleUpPerPodCMExternal", current: 3, target: 2.15, total: 8.6, expected: 4 },
    { name: "ScaleDownPerPodCMExternal", current: 5, target: 2.867, total: 8.6, expected: 3 },
    { name: "TolerancePerPodCMExternal", current: 3, target: 2.9, total: 8.6, expected: 3 },
    { name: "ScaleUpCMPerPodObject", current: 3, target: 5, total: 20, expected: 4 },
    { name: "ScaleDownPerPodCMObject", current: 5, target: 2, total: 6, expected: 3 },
    { name: "TolerancePerPodCMObject", current: 4, target: 5, total: 20.166, expected: 4 },
    { name: "from zero: one message", current: 0, target: 10, total: 1, expected: 1 },
    { name: "from zero: nothing", current: 0, target: 10, total: 0, expected: 0 },
] as const;

/** TestGroupPods, cpu: seconds before now. */
export const READINESS_VECTORS = [
    { name: "fresh metrics during initialization", ready: true, started: 60, changed: 30, window: 30, unready: false },
    {
        name: "no fresh metrics during initialization",
        ready: true,
        started: 60,
        changed: 30,
        window: 60,
        unready: true,
    },
    { name: "unready, and was never ready", ready: false, started: 600, changed: 594, window: 0, unready: true },
    { name: "ready, after initialization", ready: true, started: 180, changed: 180, window: 60, unready: false },
    { name: "unready, but was ready", ready: false, started: 600, changed: 540, window: 0, unready: false },
    { name: "unready just after the delay", ready: false, started: 600, changed: 590, window: 0, unready: false },
    { name: "unready during initialization", ready: false, started: 0, changed: 0, window: 0, unready: true },
] as const;

export type Policies = readonly { kind: "replicas" | "percent"; value: number; periodSeconds: number }[];

export interface RateVector {
    readonly name: string;
    readonly up?: Policies;
    readonly down?: Policies;
    /** Changes that were spread evenly over the last 120 s. */
    readonly upEvents?: readonly number[];
    readonly downEvents?: readonly number[];
    readonly min: number;
    readonly max: number;
    readonly current: number;
    readonly desired: number;
    readonly expected: number;
}

function rules(pods: number, podsPeriod: number, percent: number, percentPeriod: number): Policies {
    return [
        ...(pods === 0 ? [] : [{ kind: "replicas" as const, value: pods, periodSeconds: podsPeriod }]),
        ...(percent === 0 ? [] : [{ kind: "percent" as const, value: percent, periodSeconds: percentPeriod }]),
    ];
}

/** TestScalingWithRules. */
export const RATE_VECTORS: readonly RateVector[] = [
    { name: "within range", min: 3, max: 8, current: 5, desired: 7, expected: 7 },
    { name: "desired < minReplicas", min: 2, max: 8, current: 3, desired: 1, expected: 2 },
    { name: "minReplicas is 0", min: 0, max: 10, current: 1, desired: 0, expected: 0 },
    { name: "maxReplicas is the limit", min: 1, max: 10, current: 20, desired: 1000, expected: 10 },
    { name: "more than maxReplicas", min: 100, max: 150, current: 100, desired: 1000, expected: 150 },
    {
        name: "scaleUpLimit < maxReplicas",
        min: 1,
        max: 2000,
        current: 3,
        desired: 1000,
        up: rules(0, 0, 1, 60),
        expected: 4,
    },
    {
        name: "scaleDownLimit > minReplicas",
        min: 3,
        max: 2000,
        current: 1000,
        desired: 3,
        down: rules(20, 60, 0, 0),
        expected: 980,
    },
    { name: "scaleUp with default behavior", min: 1, max: 1000, current: 10, desired: 50, expected: 20 },
    {
        name: "pods policy larger than percent",
        min: 1,
        max: 1000,
        up: rules(100, 60, 100, 60),
        current: 10,
        desired: 500,
        expected: 110,
    },
    {
        name: "percent policy larger than pods",
        min: 1,
        max: 1000,
        up: rules(2, 60, 100, 60),
        current: 10,
        desired: 500,
        expected: 20,
    },
    { name: "large pod policy", min: 1, max: 1000, up: rules(100, 60, 0, 0), current: 10, desired: 50, expected: 50 },
    {
        name: "pod policy limitation",
        min: 1,
        max: 1000,
        up: rules(30, 60, 0, 0),
        current: 10,
        desired: 50,
        expected: 40,
    },
    {
        name: "percent policy limitation",
        min: 1,
        max: 1000,
        up: rules(0, 0, 200, 60),
        current: 10,
        desired: 50,
        expected: 30,
    },
    {
        name: "scaleDown, pods larger than percent",
        min: 1,
        max: 1000,
        down: rules(20, 60, 1, 60),
        current: 100,
        desired: 2,
        expected: 80,
    },
    {
        name: "scaleDown, 2 pods or 1 %",
        min: 1,
        max: 1000,
        down: rules(2, 60, 1, 60),
        current: 100,
        desired: 2,
        expected: 98,
    },
    {
        name: "scaleDown to minReplicas, large pod policy",
        min: 1,
        max: 1000,
        down: rules(100, 60, 0, 0),
        current: 10,
        desired: 0,
        expected: 1,
    },
    {
        name: "scaleDown to minReplicas, large percent policy",
        min: 5,
        max: 1000,
        down: rules(0, 0, 100, 60),
        current: 10,
        desired: 2,
        expected: 5,
    },
    {
        name: "scaleDown, pod policy limitation",
        min: 1,
        max: 1000,
        down: rules(5, 60, 0, 0),
        current: 10,
        desired: 2,
        expected: 5,
    },
    {
        name: "scaleDown, percent policy limitation",
        min: 1,
        max: 1000,
        down: rules(0, 0, 50, 60),
        current: 10,
        desired: 5,
        expected: 5,
    },
    {
        name: "up to max with pods and events",
        upEvents: [1, 5, 9],
        min: 1,
        max: 200,
        up: rules(300, 60, 0, 0),
        current: 100,
        desired: 500,
        expected: 200,
    },
    {
        name: "up to max with percent and events",
        upEvents: [1, 5, 9],
        min: 1,
        max: 200,
        up: rules(0, 0, 10000, 60),
        current: 100,
        desired: 500,
        expected: 200,
    },
    {
        name: "up stays after many events",
        upEvents: [1, 5, 9],
        min: 1,
        max: 1000,
        up: rules(5, 120, 0, 0),
        current: 100,
        desired: 500,
        expected: 100,
    },
    {
        name: "up, pods and events",
        upEvents: [1, 5, 9],
        min: 1,
        max: 1000,
        up: rules(150, 120, 0, 0),
        current: 100,
        desired: 500,
        expected: 235,
    },
    {
        name: "up, percent and events",
        upEvents: [1, 5, 9],
        min: 1,
        max: 1000,
        up: rules(0, 0, 200, 120),
        current: 100,
        desired: 500,
        expected: 255,
    },
    {
        name: "up, after up and down",
        upEvents: [4],
        downEvents: [2],
        min: 1,
        max: 1000,
        up: rules(0, 0, 300, 300),
        current: 6,
        desired: 24,
        expected: 16,
    },
    {
        name: "down, default policy and events",
        downEvents: [1, 5, 9],
        min: 1,
        max: 1000,
        current: 10,
        desired: 5,
        expected: 5,
    },
    {
        name: "down to 1 with pods and events",
        downEvents: [1, 5, 9],
        min: 1,
        max: 1000,
        down: rules(115, 120, 0, 0),
        current: 100,
        desired: 0,
        expected: 1,
    },
    {
        name: "down to 5 with pods and events",
        downEvents: [1, 5, 9],
        min: 5,
        max: 1000,
        down: rules(130, 120, 0, 0),
        current: 100,
        desired: 0,
        expected: 5,
    },
    {
        name: "down to 5 with percent and events",
        downEvents: [1, 5, 9],
        min: 5,
        max: 1000,
        down: rules(0, 0, 100, 120),
        current: 100,
        desired: 2,
        expected: 5,
    },
    {
        name: "down stays after events",
        downEvents: [1, 5, 9],
        min: 1,
        max: 1000,
        down: rules(5, 120, 0, 0),
        current: 100,
        desired: 2,
        expected: 100,
    },
    {
        name: "down, percent and events",
        downEvents: [2, 4, 6],
        min: 1,
        max: 1000,
        down: rules(0, 0, 50, 120),
        current: 100,
        desired: 0,
        expected: 56,
    },
    {
        name: "down, after up and down",
        upEvents: [2],
        downEvents: [4],
        min: 1,
        max: 1000,
        down: rules(0, 0, 50, 180),
        current: 10,
        desired: 1,
        expected: 6,
    },
    {
        name: "events prevent further down",
        downEvents: [10, 10, 10],
        min: 1,
        max: 1000,
        down: rules(0, 0, 10, 120),
        current: 100,
        desired: 0,
        expected: 100,
    },
    {
        name: "events still allow more down",
        downEvents: [10, 10, 10],
        min: 1,
        max: 1000,
        down: rules(0, 0, 1000, 120),
        current: 10,
        desired: 5,
        expected: 5,
    },
    {
        name: "up, one policy shorter than the events",
        upEvents: [8, 12, 9, 11],
        min: 1,
        max: 1000,
        up: rules(1000, 60, 0, 0),
        current: 100,
        desired: 200,
        expected: 200,
    },
    {
        name: "up, two policies",
        upEvents: [8, 12, 9, 11],
        min: 1,
        max: 1000,
        up: rules(1000, 120, 100, 60),
        current: 100,
        desired: 200,
        expected: 200,
    },
    {
        name: "down, one policy shorter than the events",
        downEvents: [8, 12, 9, 11],
        min: 1,
        max: 1000,
        down: rules(1000, 60, 0, 0),
        current: 100,
        desired: 5,
        expected: 5,
    },
    {
        name: "down, two policies",
        downEvents: [8, 12, 9, 11],
        min: 1,
        max: 1000,
        down: rules(1000, 120, 100, 60),
        current: 100,
        desired: 5,
        expected: 5,
    },
];

export interface WindowVector {
    readonly name: string;
    /** [replicas, seconds ago] */
    readonly recent: readonly (readonly [number, number])[];
    readonly current: number;
    readonly proposed: number;
    readonly upSeconds?: number;
    readonly downSeconds?: number;
    readonly expected: number;
}

/** TestNormalizeDesiredReplicasWithBehavior. */
export const WINDOW_VECTORS: readonly WindowVector[] = [
    { name: "empty recommendations for scaling down", recent: [], current: 100, proposed: 5, expected: 5 },
    {
        name: "simple scale down stabilization",
        recent: [
            [4, 120],
            [5, 60],
        ],
        current: 100,
        proposed: 3,
        downSeconds: 180,
        expected: 5,
    },
    {
        name: "simple scale up stabilization",
        recent: [
            [4, 120],
            [5, 60],
        ],
        current: 1,
        proposed: 7,
        upSeconds: 300,
        expected: 4,
    },
    {
        name: "no scale down stabilization",
        recent: [
            [1, 120],
            [2, 60],
        ],
        current: 100,
        proposed: 3,
        upSeconds: 300,
        expected: 3,
    },
    {
        name: "no scale up stabilization",
        recent: [
            [4, 120],
            [5, 60],
        ],
        current: 1,
        proposed: 3,
        downSeconds: 300,
        expected: 3,
    },
    {
        name: "down, old recommendations",
        recent: [
            [10, 600],
            [9, 540],
        ],
        current: 100,
        proposed: 3,
        expected: 3,
    },
    {
        name: "up, old recommendations",
        recent: [
            [10, 600],
            [9, 540],
        ],
        current: 1,
        proposed: 100,
        expected: 100,
    },
    {
        name: "down, some old",
        recent: [
            [10, 600],
            [4, 60],
            [5, 120],
            [9, 540],
        ],
        current: 100,
        proposed: 3,
        downSeconds: 180,
        expected: 5,
    },
    {
        name: "up, some old",
        recent: [
            [10, 6000],
            [6, 60],
            [5, 120],
            [9, 180],
        ],
        current: 1,
        proposed: 100,
        upSeconds: 300,
        expected: 5,
    },
    {
        name: "do not scale up when it goes down",
        recent: [
            [2, 6000],
            [3, 180],
        ],
        current: 2,
        proposed: 1,
        upSeconds: 300,
        downSeconds: 300,
        expected: 2,
    },
    {
        name: "do not scale down when it goes up",
        recent: [
            [2, 6000],
            [1, 180],
        ],
        current: 2,
        proposed: 3,
        upSeconds: 300,
        downSeconds: 300,
        expected: 2,
    },
];
