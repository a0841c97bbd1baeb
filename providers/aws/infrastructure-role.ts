import { RolePolicyAttachment } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { once } from "../shared.js";
import { child } from "./child.js";
import { ground } from "./handles.js";
import { makeRole } from "./role.js";

/** ARN of the role with which ECS shifts traffic: one for all apps of a platform. */
export function infrastructureRole(scope: Scope): pulumi.Output<string> {
    return once(scope, "ecs-infra", (platform) => {
        const role = makeRole(platform, "ecs-infra", "ecs.amazonaws.com");
        const policyArn = pulumi.interpolate`arn:${ground(platform, "partition")}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers`;
        const attached = child(platform, RolePolicyAttachment, "ecs-infra-policy", { role: role.name, policyArn });
        return pulumi.all([role.arn, attached.urn]).apply(([arn]) => arn);
    });
}
