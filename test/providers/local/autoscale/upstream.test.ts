import { describe, expect, test } from "vitest";
import {
    type ScaleEvent,
    scaleDownLimit,
    scaleUpLimit,
    stabilize,
    stillRecent,
} from "#dist/providers/local/autoscale/behavior.js";
import {
    averageMetric,
    percentMetric,
    proposeForTotal,
    proposeReplicas,
} from "#dist/providers/local/autoscale/metrics.js";
import { isCpuUnready } from "#dist/providers/local/autoscale/readiness.js";
import { RATE_VECTORS, READINESS_VECTORS, REPLICA_VECTORS, TOTAL_VECTORS, WINDOW_VECTORS } from "./upstream-vectors.js";

const NOW = 10_000_000;

test.each(REPLICA_VECTORS)("replicas: $name", ({ kind, current, target, values, unready = [], expected }) => {
    const metric = kind === "percent" ? percentMetric(target) : averageMetric(target);
    const samples = values.map((value, index) => ({
        unready: unready.includes(index),
        ...(value === undefined ? {} : { value }),
    }));
    expect(proposeReplicas(current, metric, samples)).toBe(expected);
});

test.each(TOTAL_VECTORS)("a shared total: $name", ({ current, target, total, expected }) => {
    expect(proposeForTotal(current, target, total)).toBe(expected);
});

test.each(READINESS_VECTORS)("cpu of a replica: $name", ({ ready, started, changed, window, unready }) => {
    const replica = { ready, startedAt: NOW - started * 1000, changedAt: NOW - changed * 1000 };
    const periods = { cpuInitializationSeconds: 120, initialReadinessDelaySeconds: 10, metricWindowSeconds: window };
    expect(isCpuUnready(replica, NOW, periods)).toBe(unready);
});

test.each(WINDOW_VECTORS)("window: $name", ({
    recent,
    current,
    proposed,
    upSeconds = 0,
    downSeconds = 0,
    expected,
}) => {
    const recommendations = recent.map(([replicas, ago]) => ({ replicas, at: NOW - ago * 1000 }));
    const windows = { upSeconds, downSeconds };
    expect(stabilize(NOW, current, proposed, recommendations, windows)).toBe(expected);
    // What is forgotten makes no difference.
    expect(stabilize(NOW, current, proposed, stillRecent(NOW, recommendations, windows), windows)).toBe(expected);
});

describe("rates", () => {
    test.each(RATE_VECTORS)("$name", (vector) => {
        const { upEvents = [], downEvents = [], up, down, min, max, current, desired, expected } = vector;
        const events = [...spread(upEvents, 1), ...spread(downEvents, -1)];
        const limited =
            desired > current
                ? Math.min(desired, max, scaleUpLimit(NOW, current, events, up))
                : Math.max(desired, min, scaleDownLimit(NOW, current, events, down));
        expect(limited).toBe(expected);
    });

    test("of two policies upstream's Min would take the smaller, Max takes the larger", () => {
        const policies = [
            { kind: "replicas", value: 2, periodSeconds: 60 },
            { kind: "percent", value: 50, periodSeconds: 60 },
        ] as const;
        expect(scaleUpLimit(NOW, 1, [], policies)).toBe(3);
        expect(scaleDownLimit(NOW, 5, [], policies)).toBe(2);
    });
});

/** Events in the middles of equal parts of the last 120 s, as generateEventsUniformDistribution does. */
function spread(changes: readonly number[], direction: number): ScaleEvent[] {
    const part = 120 / changes.length;
    return changes.map((change, index) => {
        const ago = Math.floor(120 - part * (index + 1) + part / 2);
        return { at: NOW - ago * 1000, from: 0, to: direction * change };
    });
}
