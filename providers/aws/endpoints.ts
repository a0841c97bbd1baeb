import { SecurityGroup, type Subnet, type Vpc, VpcEndpoint } from "@pulumi/aws/ec2";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { tagsOf } from "./tags.js";

/** What tasks call of AWS itself. */
const SERVICES = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs"] as const;

/** Layers of images come from S3, and this way is free. */
export function makeStorageEndpoint(
    scope: Scope,
    region: pulumi.Output<string>,
    vpcId: pulumi.Output<string>,
    routeTableId: pulumi.Output<string>,
): VpcEndpoint {
    return child(scope, VpcEndpoint, "s3", {
        vpcId,
        vpcEndpointType: "Gateway",
        serviceName: pulumi.interpolate`com.amazonaws.${region}.s3`,
        routeTableIds: [routeTableId],
        tags: tagsOf(scope),
    });
}

/** A network without a way to the internet: AWS is reached, images from other registries are not. */
export function makeEndpoints(
    scope: Scope,
    region: pulumi.Output<string>,
    vpc: Vpc,
    subnets: readonly Subnet[],
): readonly pulumi.Resource[] {
    const tags = tagsOf(scope);
    const group = child(scope, SecurityGroup, "endpoint-sg", {
        description: "Endpoints of AWS services.",
        vpcId: vpc.id,
        tags,
    });
    const rule = child(scope, SecurityGroupIngressRule, "endpoint-in", {
        description: "HTTPS from the network.",
        securityGroupId: group.id,
        cidrIpv4: vpc.cidrBlock,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        tags,
    });
    const endpoints = SERVICES.map((service) => {
        const args = {
            vpcId: vpc.id,
            vpcEndpointType: "Interface",
            serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
            privateDnsEnabled: true,
            subnetIds: subnets.map(({ id }) => id),
            securityGroupIds: [group.id],
            tags,
        };
        return child(scope, VpcEndpoint, "endpoint", args, {}, service.replace(".", "-"));
    });
    return [rule, ...endpoints];
}
