import type { Target } from "../contract.js";
import { scheduleProblems } from "./autoscaler.js";
import { sizeProblem } from "./database-size.js";
import { isDefined } from "./defined.js";
import { jobProblems } from "./job.js";
import { alertProblems } from "./log-alerts.js";

/** What LogSink, Database, Queue, Autoscaler and Job refuse. */
export const refuseData: NonNullable<Target["refuse"]> = {
    LogSink: ({ alerts }) => alertProblems(alerts),
    Database: ({ size }) => [typeof size === "string" ? sizeProblem(size) : undefined].filter(isDefined),
    Autoscaler: scheduleProblems,
    Job: jobProblems,
};
