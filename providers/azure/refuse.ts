import { existsSync } from "node:fs";
import * as path from "node:path";
import type { AppRequest, CodeRequest, Target } from "../contract.js";
import { refuseSchedules } from "../keda-schedules.js";
import { alertProblems } from "./alert.js";
import { sizeProblem } from "./database-size.js";

/** Combinations and limits, before anything is made. */
export const refuse: NonNullable<Target["refuse"]> = {
    LogSink: alertProblems,
    Database: ({ size }) => [typeof size === "string" ? sizeProblem(size) : undefined].filter((p) => p !== undefined),
    Autoscaler: refuseSchedules("azure"),
    App: refuseApp,
    Job: ({ runs }) => ("code" in runs ? refuseCode(runs.code) : []),
};

function refuseApp({ code, rollout, port }: AppRequest): readonly string[] {
    const { strategy, rollbackOn } = rollout;
    const watched = [
        ...(rollbackOn.errorPercent === undefined ? [] : ["errorPercent"]),
        ...(rollbackOn.alarms.length === 0 ? [] : ["alarms"]),
    ];
    return [
        ...refuseCode(code),
        ...(strategy !== "rolling" && port === undefined
            ? [`rollout.strategy is "${strategy}". Without ingress every active revision takes messages; use rolling.`]
            : []),
        ...(strategy === "rolling"
            ? watched.map(
                  (signal) =>
                      `rollout.rollbackOn.${signal} goes with canary or blueGreen on azure; nobody watches a rolling update.`,
              )
            : []),
    ];
}

function refuseCode(code: CodeRequest): readonly string[] {
    if (!("build" in code)) return [];
    const { context, platform } = code.build;
    return [
        ...(platform === undefined || platform === "linux/amd64"
            ? []
            : [
                  `build.platform is "${platform}"; allowed on azure: "linux/amd64", the only one that Container Apps run.`,
              ]),
        ...(existsSync(path.resolve(context))
            ? []
            : [
                  `build.context is "${context}", and there is no folder ${path.resolve(context)}; give a path relative to the program's folder.`,
              ]),
    ];
}
