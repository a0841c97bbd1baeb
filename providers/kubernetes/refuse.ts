import { existsSync } from "node:fs";
import * as path from "node:path";
import type { AppRequest, CodeRequest, Target } from "../contract.js";
import { refuseSchedules } from "../keda-schedules.js";
import { sizeProblem } from "./database-cluster.js";
import { stepsOf } from "./shift/plan.js";

/** Combinations and limits, before anything is made. */
export const refuse: NonNullable<Target["refuse"]> = {
    Database: ({ size }) => [typeof size === "string" ? sizeProblem(size) : undefined].filter((p) => p !== undefined),
    Autoscaler: refuseSchedules("kubernetes"),
    App: refuseApp,
    Job: ({ runs }) => ("code" in runs ? refuseFolder(runs.code) : []),
};

function refuseApp({ code, rollout, routes }: AppRequest): readonly string[] {
    const { strategy, rollbackOn } = rollout;
    const watched = (["errorPercent", "p99Milliseconds"] as const).filter((signal) => rollbackOn[signal] !== undefined);
    const bakes = stepsOf(rollout).some(({ bakeSeconds }) => bakeSeconds > 0);
    return [
        ...refuseFolder(code),
        ...(strategy !== "rolling" && routes.length === 0
            ? [`rollout.strategy is "${strategy}". An app without a route has no traffic to move; use rolling.`]
            : []),
        ...(strategy === "rolling"
            ? watched.map(
                  (signal) =>
                      `rollout.rollbackOn.${signal} goes with canary or blueGreen on kubernetes; nobody watches a rolling update.`,
              )
            : []),
        ...(strategy !== "rolling" && watched.length > 0 && !bakes
            ? [
                  `rollout.rollbackOn.${watched[0]} with no bakeSeconds above 0: a release that nobody waits for is not judged.`,
              ]
            : []),
    ];
}

function refuseFolder(code: CodeRequest): readonly string[] {
    if (!("build" in code) || existsSync(path.resolve(code.build.context))) return [];
    const { context } = code.build;
    return [
        `build.context is "${context}", and there is no folder ${path.resolve(context)}; give a path relative to the program's folder.`,
    ];
}
