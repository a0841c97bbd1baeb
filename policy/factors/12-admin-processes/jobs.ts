import { types } from "../../judges.js";
import { asked, intentOf } from "../../kinds/intent/intent.js";
import { resourceRule } from "../../rule.js";
import { at, number } from "../../values.js";
import { fail, judge, pass, type Verdict } from "../../verdict.js";

export const requireJobDeadline = resourceRule(
    {
        name: "require-job-deadline",
        factor: 12,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A one-off process ends: after a time it is stopped, and somebody learns of it.",
        mend: {
            intent: "Set timeoutSeconds.",
            azure: "Set configuration.replicaTimeout.",
            kubernetes: "Set activeDeadlineSeconds of the job.",
        },
        options: {
            mostSeconds: { type: "integer", description: "Longest time.", default: 86_400, minimum: 1 },
        },
    },
    {
        intent: types({
            "twelvefold:index:Job": (_, { options }, resource) =>
                deadline(
                    asked(intentOf(resource, "Job") ?? {}, "timeoutSeconds"),
                    "timeoutSeconds",
                    options.mostSeconds,
                ),
        }),
        azure: types({
            "azure-native:app:Job": (props, { options }) =>
                deadline(
                    at(props, "configuration", "replicaTimeout"),
                    "configuration.replicaTimeout",
                    options.mostSeconds,
                ),
        }),
        kubernetes: types({
            "kubernetes:batch:Job": (props, { options }) =>
                deadline(at(props, "spec", "activeDeadlineSeconds"), "spec.activeDeadlineSeconds", options.mostSeconds),
            "kubernetes:batch:CronJob": (props, { options }) =>
                deadline(
                    at(props, "spec", "jobTemplate", "spec", "activeDeadlineSeconds"),
                    "spec.jobTemplate.spec.activeDeadlineSeconds",
                    options.mostSeconds,
                ),
        }),
    },
);

function deadline(value: unknown, what: string, most: number): Verdict {
    return judge(
        number(value),
        what,
        (seconds) => (seconds > 0 && seconds <= most ? pass : fail(`${what} is ${seconds}`, `1 to ${most}`)),
        fail(`${what} is not given`, `1 to ${most}`),
    );
}

export const requireJobCleanUp = resourceRule(
    {
        name: "require-job-clean-up",
        factor: 12,
        severity: "low",
        level: "advisory",
        description: "What a scheduled job has left behind is removed: finished runs do not pile up.",
        mend: "Leave successfulJobsHistoryLimit and failedJobsHistoryLimit out, or lower them.",
        options: {
            mostKept: { type: "integer", description: "Most finished runs that are kept.", default: 10, minimum: 0 },
        },
    },
    {
        kubernetes: types({
            // Pulumi owns the runs of a Job: one that removes itself would look like drift.
            "kubernetes:batch:CronJob": (props, { options }) =>
                ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"].map((field) =>
                    judge(
                        number(at(props, "spec", field)),
                        `spec.${field}`,
                        (kept) =>
                            kept <= options.mostKept
                                ? pass
                                : fail(`spec.${field} is ${kept}`, `${options.mostKept} or fewer`),
                        pass,
                    ),
                ),
        }),
    },
);
