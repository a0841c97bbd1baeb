import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { ground, recordOf } from "./handles.js";
import { RELEASE_LABEL, selectorLabels } from "./labels.js";
import { fillQuery, type PlatformRecord } from "./record.js";
import { routeName } from "./route.js";
import { firstReplicas } from "./scale.js";
import { type ShiftPlan, stepsOf } from "./shift/plan.js";
import type { Timing } from "./timing.js";

export interface ShiftOptions {
    readonly request: AppRequest;
    /** Name of the Service of the release that is to serve. */
    readonly next: string;
    readonly deployment: pulumi.Output<string>;
    readonly releaseId: pulumi.Output<string>;
    readonly timing: pulumi.Output<Timing>;
    readonly dependsOn: readonly pulumi.Resource[];
}

/** What errorPercent is when nobody said anything, as on every target. */
const DEFAULT_ERROR_PERCENT = 5;

/** Names of the routes that a shift moves. */
export function routesOf(scope: Scope, { routes }: AppRequest): readonly string[] {
    return routes.map((route) => routeName(scope, route));
}

/** The plan of a shift, from the program and the platform record. */
export function planOf(scope: Scope, options: ShiftOptions): pulumi.Output<ShiftPlan> {
    const { request, next } = options;
    const minReplicas = request.autoscaler === undefined ? undefined : firstReplicas(request.autoscaler);
    return pulumi
        .all([
            recordOf(scope),
            ground(scope, "namespace"),
            options.deployment,
            options.releaseId,
            options.timing,
            minReplicas,
        ])
        .apply(
            ([record, namespace, deployment, release, timing, least]): ShiftPlan => ({
                namespace,
                service: scope.name,
                next,
                routes: routesOf(scope, request),
                releaseLabel: RELEASE_LABEL,
                release,
                selector: selectorLabels(scope.name, "web"),
                deployment,
                ...(least === undefined ? {} : { minReplicas: least }),
                steps: stepsOf(request.rollout),
                readySeconds: timing.progressDeadlineSeconds,
                drainSeconds: timing.drainSeconds,
                ...watched(scope, request, record as PlatformRecord, { namespace, service: next }),
            }),
        );
}

/** @throws ProgramError when nobody can tell what was asked for */
function watched(
    scope: Scope,
    { rollout }: AppRequest,
    { prometheus }: PlatformRecord,
    place: { readonly namespace: string; readonly service: string },
): Pick<ShiftPlan, "limits" | "prometheus"> {
    const { errorPercent, p99Milliseconds } = rollout.rollbackOn;
    const wanted = { errorPercent: prometheus?.errorPercent, p99Milliseconds: prometheus?.p99 };
    for (const [signal, part] of [
        ["errorPercent", "errorPercent"],
        ["p99Milliseconds", "p99"],
    ] as const) {
        if (rollout.rollbackOn[signal] === undefined || wanted[signal] !== undefined) continue;
        throw new ProgramError(
            `App "${scope.name}": rollout.rollbackOn.${signal}. The platform record names no query of the gateway's metrics for it; ` +
                `drop it, or add prometheus.${part} to the record (docs/kubernetes.md).`,
        );
    }
    const errorLimit = errorPercent ?? (wanted.errorPercent === undefined ? undefined : DEFAULT_ERROR_PERCENT);
    const fill = (query: string | undefined) => (query === undefined ? undefined : fillQuery(query, { ...place }));
    const queries = {
        ...(errorLimit === undefined ? {} : { errorPercent: fill(wanted.errorPercent) ?? "" }),
        ...(p99Milliseconds === undefined ? {} : { p99Milliseconds: fill(wanted.p99Milliseconds) ?? "" }),
    };
    return {
        limits: {
            ...(errorLimit === undefined ? {} : { errorPercent: errorLimit }),
            ...(p99Milliseconds === undefined ? {} : { p99Milliseconds }),
            mustKnow: errorPercent !== undefined || p99Milliseconds !== undefined,
        },
        ...(prometheus === undefined || Object.keys(queries).length === 0
            ? {}
            : { prometheus: { address: prometheus.address, ...queries } }),
    };
}
