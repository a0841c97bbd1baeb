import { existsSync } from "node:fs";
import * as path from "node:path";
import type {
    AppRequest,
    CodeRequest,
    LoadBalancerRequest,
    PlatformRequest,
    RouteRequest,
    Target,
} from "../contract.js";
import { MAX_START_SECONDS } from "./container.js";
import { factsOf } from "./facts.js";
import { refuseData } from "./refuse-data.js";
import { strategyOf, UNEQUAL_STEPS } from "./rollout.js";
import { NO_SPLIT } from "./route.js";
import { fitOneRule, TOO_MANY_PATHS } from "./route-match.js";
import { MAX_STOP_SECONDS, TOO_SLOW } from "./task-definition.js";
import { TOO_LARGE, taskSize } from "./task-size.js";

/** Combinations and limits, before anything is made. */
export const refuse: NonNullable<Target["refuse"]> = {
    ...refuseData,
    Platform: refusePlatform,
    LoadBalancer: refuseLoadBalancer,
    App: (request) => [
        ...refuseCode(request.code),
        ...refuseSize(request),
        ...refuseHealth(request),
        ...refuseRollout(request),
    ],
    Job: (request, name) => [
        ...("code" in request.runs ? refuseCode(request.runs.code) : []),
        ...(refuseData.Job?.(request, name) ?? []),
    ],
};

function refusePlatform({ zones }: PlatformRequest): readonly string[] {
    if (typeof zones === "number") return [];
    return ["zones is computed; allowed on aws: a plain number, since it decides which subnets exist."];
}

function refuseLoadBalancer({ allowedCidrs, domain, routing }: LoadBalancerRequest): readonly string[] {
    return [
        ...(Array.isArray(allowedCidrs) && allowedCidrs.every((block) => typeof block === "string")
            ? []
            : ["allowedCidrs is computed; allowed on aws: a plain list, since it decides which rules exist."]),
        ...(routing !== "regional" && domain === undefined
            ? [
                  `routing is "${routing}" without domain. The region is chosen in DNS, which needs a domain and its hosted zone.`,
              ]
            : []),
    ];
}

function refuseCode(code: CodeRequest): readonly string[] {
    if (!("build" in code) || existsSync(path.resolve(code.build.context))) return [];
    const { context } = code.build;
    return [
        `build.context is "${context}", and there is no folder ${path.resolve(context)}; give a path relative to the program's folder.`,
    ];
}

function refuseSize({ cpu, memoryMiB, stopTimeoutSeconds }: AppRequest): readonly string[] {
    const known = typeof cpu === "number" && typeof memoryMiB === "number";
    return [
        ...(known && taskSize(cpu, memoryMiB) === undefined
            ? [`cpu is ${cpu} and memoryMiB is ${memoryMiB}. ${TOO_LARGE}`]
            : []),
        ...(typeof stopTimeoutSeconds === "number" && stopTimeoutSeconds > MAX_STOP_SECONDS
            ? [`stopTimeoutSeconds is ${stopTimeoutSeconds}; allowed on aws: at most ${MAX_STOP_SECONDS}. ${TOO_SLOW}`]
            : []),
    ];
}

function refuseHealth({ health, routes }: AppRequest): readonly string[] {
    const { startupSeconds } = health as { readonly startupSeconds?: unknown };
    if (routes.length > 0 || typeof startupSeconds !== "number" || startupSeconds <= MAX_START_SECONDS) return [];
    return [
        `health.startupSeconds is ${startupSeconds}; allowed on aws without a route: at most ${MAX_START_SECONDS}, ` +
            "the longest time that ECS waits for a check inside the container.",
    ];
}

/** A load balancer compares 128 characters, two of which are ours. */
const LONGEST_PATH = 126;

function refuseRollout({ rollout, routes, port }: AppRequest): readonly string[] {
    const { strategy, rollbackOn } = rollout;
    const shared = routes.some((route) => route.otherwise !== undefined && splitsWithShift(strategy, route));
    const watched = (["errorPercent", "p99Milliseconds"] as const).filter((signal) => rollbackOn[signal] !== undefined);
    const fits = routes.every(({ loadBalancer }) =>
        fitOneRule(routes.filter((other) => other.loadBalancer === loadBalancer)),
    );
    const long = routes.filter(({ path }) => path.length > LONGEST_PATH);
    return [
        ...(strategyOf(rollout) === undefined ? [`rollout.steps: ${UNEQUAL_STEPS}`] : []),
        ...(strategy !== "rolling" && port === undefined
            ? [`rollout.strategy is "${strategy}". There is no traffic to shift; use rolling.`]
            : []),
        ...(shared ? [`routes: ${NO_SPLIT}`] : []),
        ...(strategy !== "rolling" && !fits ? [`routes: ${TOO_MANY_PATHS}`] : []),
        ...long.map(({ path }) => `routes: path is "${path}"; allowed on aws: at most ${LONGEST_PATH} characters.`),
        ...(routes.length === 0
            ? watched.map(
                  (signal) => `rollout.rollbackOn.${signal} needs a route on aws: load balancers count answers.`,
              )
            : []),
    ];
}

function splitsWithShift(strategy: string, { otherwise }: RouteRequest): boolean {
    const other = otherwise && factsOf(otherwise)?.strategy;
    return strategy !== "rolling" || (other !== undefined && other !== "rolling");
}
