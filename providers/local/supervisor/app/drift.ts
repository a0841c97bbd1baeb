import type { AppSpec } from "../../spec.js";
import type { Replica } from "./replica.js";

/** Sentences about replicas that are not as they should be. */
export function replicaDrift(spec: AppSpec, wanted: number, replicas: readonly Replica[]): string[] {
    const missing = wanted - replicas.length;
    return [
        ...(missing > 0 ? [`${missing} of ${wanted} replicas are missing`] : []),
        ...replicas.flatMap(({ ready, record }) => {
            if (ready) return [];
            // The autoscaler has just added it.
            if (spec.autoscale && record.phase === "starting" && record.restarts === 0) return [];
            const why = record.lastProblem ? `: ${record.lastProblem}` : "";
            return [`replica ${record.id} is ${record.phase === "waiting" ? "not running" : record.phase}${why}`];
        }),
    ];
}
