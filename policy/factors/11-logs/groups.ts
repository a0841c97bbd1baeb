import { types } from "../../judges.js";
import { resourceRule, stackRule } from "../../rule.js";
import { about, ofType } from "../../stack.js";
import { at, each, isKnown, isOpaque, json, map, text } from "../../values.js";
import { fail, judge, opaque, pass, shown } from "../../verdict.js";

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
