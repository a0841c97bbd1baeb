import { TargetGroup } from "@pulumi/aws/lb";
import type { AppRequest, Attachment, HealthRequest, Scope } from "../contract.js";
import { mapped } from "../mapped.js";
import { shortChild } from "./child.js";
import { clamp } from "./container.js";
import { field, ground, type LoadBalancerHandle } from "./handles.js";
import { LIMITS } from "./names.js";
import { tagsOf } from "./tags.js";

/** What a load balancer of an app sends to: one group, and a second one to shift to. */
export interface Targets {
    readonly balancer: Attachment<"LoadBalancer">;
    readonly main: TargetGroup;
    readonly alternate?: TargetGroup;
}

/** In the API's own words. */
const ALGORITHMS = { roundRobin: "round_robin", leastConnections: "least_outstanding_requests" } as const;

/** A target group belongs to one load balancer, so that an app has one for each. */
export function makeTargets(
    scope: Scope,
    request: AppRequest,
    balancers: readonly Attachment<"LoadBalancer">[],
    port: number,
): readonly Targets[] {
    const shifts = request.rollout.strategy !== "rolling";
    return balancers.map((balancer) => {
        const make = (key: string) => makeGroup(scope, key, request, balancer, port);
        return { balancer, main: make("tg"), ...(shifts ? { alternate: make("alternate") } : {}) };
    });
}

function makeGroup(
    scope: Scope,
    key: string,
    request: AppRequest,
    balancer: Attachment<"LoadBalancer">,
    port: number,
): TargetGroup {
    const algorithm = field<LoadBalancerHandle, "algorithm">(balancer, "algorithm");
    const args = {
        targetType: "ip",
        port,
        protocol: "HTTP",
        vpcId: ground(scope, "vpcId"),
        deregistrationDelay: drainSeconds(scope),
        loadBalancingAlgorithmType: algorithm.apply((known) => ALGORITHMS[known]),
        healthCheck: mapped(request.health, healthCheck),
        tags: tagsOf(scope),
    };
    return shortChild(scope, TargetGroup, LIMITS.targetGroup, key, args, balancer.name);
}

/** How long a task that goes away may finish its requests, before SIGTERM. */
export function drainSeconds(scope: Scope): number {
    return Number(scope.options.drainSeconds ?? (scope.profile === "production" ? 30 : 5));
}

function healthCheck(health: HealthRequest) {
    const interval = clamp(health.intervalSeconds, 5, 300);
    return {
        path: health.readinessPath,
        interval,
        timeout: clamp(health.timeoutSeconds, 2, interval - 1),
        healthyThreshold: 2,
        unhealthyThreshold: clamp(health.failureThreshold, 2, 10),
        matcher: "200-399",
    };
}
