import type { Deployment } from "@pulumi/kubernetes/apps/v1";
import type { Service } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Scope } from "../contract.js";
import { PATCH_FORCE } from "./await.js";
import { type LabelInputs, RELEASE_LABEL, selectorLabels } from "./labels.js";
import { type Backend, makeRoute, WHOLE } from "./route.js";
import { makeService } from "./service.js";
import { makeShift } from "./shift-job.js";
import type { Timing } from "./timing.js";

/** Whether the releases of an app run side by side while a Job moves the traffic. */
export function isShifted({ rollout, port }: AppRequest): boolean {
    return rollout.strategy !== "rolling" && port !== undefined;
}

/** In the selectors of a shifted app: a selector cannot change, so that each release has a Deployment of its own. */
export function releaseLabelsOf(request: AppRequest, releaseId: pulumi.Output<string>): LabelInputs {
    return isShifted(request) ? { [RELEASE_LABEL]: releaseId } : {};
}

export interface TrafficOptions {
    readonly request: AppRequest;
    readonly deployment: Deployment;
    readonly releaseId: pulumi.Output<string>;
    readonly timing: pulumi.Output<Timing>;
}

/** The Services and routes of an app with a port, once its new release is ready. */
export function makeTraffic(scope: Scope, options: TrafficOptions): Service {
    const { request, deployment, releaseId } = options;
    const shifted = isShifted(request);
    const selector = { ...selectorLabels(scope.name, "web"), ...releaseLabelsOf(request, releaseId) };
    const annotations = shifted ? PATCH_FORCE : {};
    const next = shifted
        ? makeService(scope, "next", `${scope.name}-next`, { selector, annotations, dependsOn: [deployment] })
        : undefined;
    const shift =
        next &&
        makeShift(scope, {
            ...options,
            next: `${scope.name}-next`,
            deployment: deployment.metadata.name,
            dependsOn: [next],
        });
    const service = makeService(scope, "service", scope.name, {
        selector,
        annotations,
        dependsOn: [shift ?? deployment],
    });
    const backends: Backend[] = [
        { name: service.metadata.name, weight: WHOLE },
        ...(next === undefined ? [] : [{ name: next.metadata.name, weight: 0 }]),
    ];
    for (const route of request.routes) {
        makeRoute(scope, route, {
            backends,
            timeoutSeconds: Number(scope.options.requestTimeoutSeconds) || request.stopTimeoutSeconds,
            dependsOn: [shifted ? service : deployment],
            shifted,
        });
    }
    return service;
}
