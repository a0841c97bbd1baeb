import { types } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { at, number, text } from "../../values.js";
import { fail, judge, outside, pass } from "../../verdict.js";

export const disallowDowntimeDeployment = resourceRule(
    {
        name: "disallow-downtime-deployment",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A new release starts before the old one stops: a deployment is not an outage.",
        mend: {
            aws: "Leave deploymentMinimumHealthyPercent out, or set it above 0.",
            kubernetes: 'Leave strategy.type at "RollingUpdate".',
        },
    },
    {
        aws: types({
            "aws:ecs:Service": (props) => {
                if (text(at(props, "schedulingStrategy")) === "DAEMON")
                    return outside("an agent is replaced in its place");
                return judge(
                    number(at(props, "deploymentMinimumHealthyPercent") ?? 100),
                    "deploymentMinimumHealthyPercent",
                    (percent) => (percent > 0 ? pass : fail("deploymentMinimumHealthyPercent is 0", "more than 0")),
                );
            },
        }),
        kubernetes: types({
            "kubernetes:apps:Deployment": (props) =>
                judge(text(at(props, "spec", "strategy", "type") ?? "RollingUpdate"), "spec.strategy.type", (type) =>
                    type === "Recreate" ? fail('spec.strategy.type is "Recreate"', '"RollingUpdate"') : pass,
                ),
        }),
    },
);
