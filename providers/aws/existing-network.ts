import { getSubnetsOutput, getVpcOutput } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import type { Network } from "./network.js";
import { settingsOf } from "./settings.js";
import { TIER_TAG } from "./tags.js";

/**
 * A VPC that exists.
 *
 * @throws ProgramError when its private subnets are neither named nor tagged
 */
export function findNetwork(scope: Scope, vpcId: string): Network {
    const { privateSubnetIds, publicSubnetIds } = settingsOf(scope);
    const vpc = getVpcOutput({ id: vpcId }, { parent: scope.component });
    return {
        vpcId: vpc.id,
        vpcCidr: vpc.cidrBlock,
        publicSubnetIds: subnets(scope, vpcId, "public", publicSubnetIds),
        privateSubnetIds: subnets(scope, vpcId, "private", privateSubnetIds).apply((ids) => {
            if (ids.length > 0) return ids;
            throw new ProgramError(
                "twelvefold:aws.vpcId needs privateSubnetIds with a route to the internet or to VPC endpoints. " +
                    `Name them, or tag them ${TIER_TAG}=private.`,
            );
        }),
    };
}

function subnets(
    scope: Scope,
    vpcId: string,
    tier: "public" | "private",
    named: readonly string[] | undefined,
): pulumi.Output<readonly string[]> {
    if (named !== undefined) return pulumi.output([...named]);
    const filters = [
        { name: "vpc-id", values: [vpcId] },
        { name: `tag:${TIER_TAG}`, values: [tier] },
    ];
    return getSubnetsOutput({ filters }, { parent: scope.component }).ids.apply((ids) => [...ids].sort());
}
