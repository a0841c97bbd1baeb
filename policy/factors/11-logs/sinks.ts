import { types } from "../../judges.js";
import { asked, intentOf, isLocal } from "../../kinds/intent/intent.js";
import { resourceRule } from "../../rule.js";
import { at, each, type Fields, isOpaque, json, number, record, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../../verdict.js";

export const requireLogSink = resourceRule(
    {
        name: "require-log-sink",
        factor: 11,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "What a process writes to stdout goes to a place that outlives it.",
        mend: {
            intent: "Attach a LogSink: logs.",
            aws: "Give each container a logConfiguration.",
            azure: "Give the environment an appLogsConfiguration with a destination.",
        },
    },
    {
        intent: types({
            "twelvefold:index:App": (_, __, resource) => sink(intentOf(resource, "App") ?? {}),
            "twelvefold:index:Job": (_, __, resource) => {
                const intent = intentOf(resource, "Job") ?? {};
                return asked(intent, "app") === undefined ? sink(intent) : outside("its lines go where its app's go");
            },
        }),
        aws: types({
            "aws:ecs:TaskDefinition": (props) => {
                const verdicts = each(json(at(props, "containerDefinitions")), (entry, index) => {
                    const where = `container ${shown(at(entry, "name") ?? index + 1)}`;
                    const configuration = record(at(entry, "logConfiguration"));
                    return judge(
                        configuration,
                        `logConfiguration of ${where}`,
                        () =>
                            judge(text(at(configuration, "logDriver")), `logDriver of ${where}`, (driver) =>
                                driver === "none" || driver === "json-file"
                                    ? fail(
                                          `${where} has the log driver ${shown(driver)}`,
                                          "a driver that hands its lines on",
                                      )
                                    : pass,
                            ),
                        fail(`${where} has no logConfiguration`, "one"),
                    );
                });
                return isOpaque(verdicts) ? opaque(verdicts, "containerDefinitions") : (verdicts ?? []);
            },
        }),
        azure: types({
            "azure-native:app:ManagedEnvironment": (props) => {
                const missing = fail("appLogsConfiguration has no destination", '"log-analytics" or "azure-monitor"');
                return judge(
                    text(at(props, "appLogsConfiguration", "destination")),
                    "appLogsConfiguration.destination",
                    (value) => (value === "" || value === "none" ? missing : pass),
                    missing,
                );
            },
        }),
    },
);

function sink(intent: Fields): Verdict {
    const logs = asked(intent, "logs");
    if (isOpaque(logs)) return opaque(logs, "logs");
    return logs === undefined ? fail("no LogSink is attached", "one") : pass;
}

export const requireLogRetention = resourceRule(
    {
        name: "require-log-retention",
        factor: 11,
        severity: "low",
        level: { development: "advisory", production: "mandatory" },
        description: "Lines are kept for a time that somebody has chosen: neither gone too soon nor kept for ever.",
        mend: {
            intent: "Set retentionDays.",
            aws: "Set retentionInDays.",
            azure: "Set retentionInDays.",
        },
        options: {
            leastDays: {
                type: "integer",
                description: "Fewest days.",
                default: { development: 1, production: 30 },
                minimum: 1,
            },
            mostDays: { type: "integer", description: "Most days.", default: 3653, minimum: 1 },
        },
    },
    {
        intent: types({
            "twelvefold:index:LogSink": (_, { options }, resource) => {
                const intent = intentOf(resource, "LogSink") ?? {};
                if (isLocal(intent))
                    return retained(asked(intent, "retentionDays"), "retentionDays", 1, options.mostDays);
                return retained(asked(intent, "retentionDays"), "retentionDays", options.leastDays, options.mostDays);
            },
        }),
        aws: types({
            "aws:cloudwatch:LogGroup": (props, { options }) =>
                retained(at(props, "retentionInDays") ?? 0, "retentionInDays", options.leastDays, options.mostDays),
        }),
        azure: types({
            "azure-native:operationalinsights:Workspace": (props, { options }) =>
                // A workspace keeps lines for 30 days where nothing is said.
                retained(at(props, "retentionInDays") ?? 30, "retentionInDays", options.leastDays, options.mostDays),
        }),
    },
);

function retained(value: unknown, what: string, least: number, most: number): Verdict {
    return judge(
        number(value),
        what,
        (days) => {
            if (days === 0) return fail(`${what} is not given, which keeps lines for ever`, `${least} to ${most} days`);
            return days >= least && days <= most ? pass : fail(`${what} is ${days}`, `${least} to ${most} days`);
        },
        fail(`${what} is not given`, `${least} to ${most} days`),
    );
}
