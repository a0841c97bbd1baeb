import { getPrefixListOutput, SecurityGroup } from "@pulumi/aws/ec2";
import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { child } from "./child.js";
import { field, ground, type LoadBalancerHandle } from "./handles.js";
import { settingsOf } from "./settings.js";
import { tagsOf } from "./tags.js";

/** The group of an app's tasks, with the ways out. */
export interface Group {
    readonly group: SecurityGroup;
    readonly rules: readonly pulumi.Resource[];
}

/** Tasks may call anything, or AWS only where the network has no other way; nobody may call them. */
export function makeGroup(scope: Scope): Group {
    const tags = tagsOf(scope);
    const group = child(scope, SecurityGroup, "sg", {
        description: `Tasks of ${scope.name} of ${scope.project}/${scope.stack}.`,
        vpcId: ground(scope, "vpcId"),
        tags,
    });
    const everything = { securityGroupId: group.id, ipProtocol: "-1", tags };
    if (settingsOf(scope).egress !== "endpoints") {
        const rule = { ...everything, description: "To anything.", cidrIpv4: "0.0.0.0/0" };
        return { group, rules: [child(scope, SecurityGroupEgressRule, "egress", rule)] };
    }
    const name = pulumi.interpolate`com.amazonaws.${ground(scope, "region")}.s3`;
    const storage = getPrefixListOutput({ name }, { parent: scope.component });
    const within = { ...everything, description: "Within the network.", cidrIpv4: ground(scope, "vpcCidr") };
    const layers = { ...everything, description: "Layers of images.", prefixListId: storage.id };
    return {
        group,
        rules: [
            child(scope, SecurityGroupEgressRule, "egress", within),
            child(scope, SecurityGroupEgressRule, "egress", layers, {}, "s3"),
        ],
    };
}

/** Lets the load balancers of its routes in, and nobody else. */
export function admit(
    scope: Scope,
    group: SecurityGroup,
    balancers: readonly Attachment<"LoadBalancer">[],
    port: number,
): readonly pulumi.Resource[] {
    return balancers.map((balancer) => {
        const rule = {
            description: `Load balancer ${balancer.name}.`,
            securityGroupId: group.id,
            referencedSecurityGroupId: sameNetwork(scope, balancer),
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            tags: tagsOf(scope),
        };
        return child(scope, SecurityGroupIngressRule, "in", rule, {}, balancer.name);
    });
}

/** @throws ProgramError for a load balancer of another network */
function sameNetwork(scope: Scope, balancer: Attachment<"LoadBalancer">): pulumi.Output<string> {
    const there = field<LoadBalancerHandle, "vpcId">(balancer, "vpcId");
    const id = field<LoadBalancerHandle, "securityGroupId">(balancer, "securityGroupId");
    return pulumi.all([ground(scope, "vpcId"), there, id]).apply(([here, other, known]) => {
        if (here === other) return known;
        throw new ProgramError(
            `App "${scope.name}" has a route on LoadBalancer "${balancer.name}", and the load balancer lives in another VPC; ` +
                "put both on one Platform.",
        );
    });
}
