import { LogGroup } from "@pulumi/aws/cloudwatch";
import { FlowLog } from "@pulumi/aws/ec2";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { allow, roleFor } from "./role.js";
import { tagsOf } from "./tags.js";

const RETENTION_DAYS = 365;

/** Who spoke to whom in the network. */
export function makeFlowLog(
    scope: Scope,
    vpcId: pulumi.Output<string>,
    accountId: pulumi.Output<string>,
    key: pulumi.Output<string> | undefined,
): void {
    const tags = tagsOf(scope);
    const group = child(scope, LogGroup, "flow-logs", {
        retentionInDays: RETENTION_DAYS,
        ...(key === undefined ? {} : { kmsKeyId: key }),
        tags,
    });
    const write = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"];
    const statements = group.arn.apply((arn) => [allow(write, `${arn}:*`)]);
    const { role, policy } = roleFor(scope, "flow", "vpc-flow-logs.amazonaws.com", statements, accountId);
    const args = { vpcId, trafficType: "ALL", logDestination: group.arn, iamRoleArn: role.arn, tags };
    child(scope, FlowLog, "flow", args, { dependsOn: policy });
}
