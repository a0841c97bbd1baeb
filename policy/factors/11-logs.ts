import { CLOUDS, EVERYWHERE, on, onPods, types, variables, workloads } from "../judges.js";
import { asked, intentOf, isLocal } from "../kinds/intent/intent.js";
import { resourceRule, stackRule } from "../rule.js";
import { about, ofType } from "../stack.js";
import { at, each, type Fields, isKnown, isOpaque, json, map, number, record, text } from "../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../verdict.js";

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

const LOG_PATH = /^\/(?:var\/)?logs?(?:\/|$)|\/logs?\/?$/i;

export const disallowLogVolume = resourceRule(
    {
        name: "disallow-log-volume",
        factor: 11,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "A process writes its log to stdout and to no file: a volume for log files fills up, and nobody reads it.",
        mend: "Drop the volume, and let the process write to stdout.",
    },
    onPods(
        CLOUDS,
        workloads(({ containers: all, role }) => {
            if (role === "agent") return outside("an agent collects the logs of others");
            if (isOpaque(all)) return opaque(all, "what it runs");
            return (all ?? []).flatMap(({ mounts, where }): readonly Verdict[] => {
                if (isOpaque(mounts)) return [opaque(mounts, `the mounts of ${where}`)];
                if (mounts === undefined || mounts.length === 0) return [pass];
                return mounts.map(({ path }) =>
                    judge(path, `a mount of ${where}`, (known) =>
                        LOG_PATH.test(known)
                            ? fail(`${where} has a volume at ${shown(known)}`, "no volume for log files")
                            : pass,
                    ),
                );
            });
        }),
    ),
);

const LOG_VARIABLE = /(?:^|_)LOG(?:S|GING)?_?(?:FILE|PATH|DIR|DIRECTORY|FOLDER|FILENAME|OUTPUT)(?:_?NAME|_?PATH)?$/i;
const STREAM =
    /^(?:|-|stdout|stderr|console|\/dev\/(?:stdout|stderr|fd\/[12])|\/proc\/(?:self|1)\/fd\/[12]|false|none|null)$/i;

export const disallowLogFileVariable = resourceRule(
    {
        name: "disallow-log-file-variable",
        factor: 11,
        severity: "low",
        level: { development: "advisory", production: "mandatory" },
        description: "A process is not told a file for its log: the platform routes what it writes to stdout.",
        mend: "Drop the variable, or set it to /dev/stdout.",
    },
    on(
        EVERYWHERE,
        variables(({ name, value, where }) => {
            if (isOpaque(name)) return opaque(name, `the name of a variable in ${where}`);
            if (name === undefined || !LOG_VARIABLE.test(name)) return pass;
            return judge(value, where, (known) =>
                STREAM.test(known) ? pass : fail(`${where} is ${shown(known)}`, "stdout"),
            );
        }),
    ),
);

export const disallowUnmanagedLogGroup = resourceRule(
    {
        name: "disallow-unmanaged-log-group",
        factor: 11,
        severity: "low",
        level: { development: "advisory", production: "mandatory" },
        description: "A log group is declared, with its retention: one that is made on first use keeps lines for ever.",
        mend: "Declare a cloudwatch.LogGroup, name it under awslogs-group, and drop awslogs-create-group.",
    },
    {
        aws: types({
            "aws:ecs:TaskDefinition": (props) => {
                const verdicts = each(json(at(props, "containerDefinitions")), (entry, index) => {
                    const where = `container ${shown(at(entry, "name") ?? index + 1)}`;
                    const created = map(text(at(entry, "logConfiguration", "options", "awslogs-create-group")), String);
                    return judge(
                        created,
                        `awslogs-create-group of ${where}`,
                        (value) =>
                            value === "true"
                                ? fail(`${where} makes its log group on first use`, "a log group that is declared")
                                : pass,
                        pass,
                    );
                });
                return isOpaque(verdicts) ? opaque(verdicts, "containerDefinitions") : (verdicts ?? []);
            },
        }),
    },
);

export const requireFunctionLogGroup = stackRule(
    {
        name: "require-function-log-group",
        factor: 11,
        severity: "low",
        level: "advisory",
        description: "A function writes to a log group that is declared, with its retention.",
        mend: "Declare a cloudwatch.LogGroup, and name it under loggingConfig.logGroup.",
    },
    {
        aws: (stack) => {
            const groups = ofType(stack, "aws:cloudwatch:LogGroup");
            return ofType(stack, "aws:lambda:Function").map((resource) => {
                const named = text(at(resource.props, "loggingConfig", "logGroup"));
                const name = text(at(resource.props, "name"));
                const own = groups.some(({ props }) => isKnown(name) && at(props, "name") === `/aws/lambda/${name}`);
                if (isKnown(named) || own || groups.some(({ dependencies }) => dependencies.includes(resource.urn)))
                    return about(resource, pass);
                const hidden = [named, name, ...groups.map(({ props }) => at(props, "name"))].find(isOpaque);
                return about(
                    resource,
                    hidden === undefined || (groups.length === 0 && !isOpaque(named))
                        ? fail(
                              `${resource.name} writes to a log group that nobody declared`,
                              "a log group with a retention",
                          )
                        : opaque(hidden, `the log group of ${resource.name}`),
                );
            });
        },
    },
);
