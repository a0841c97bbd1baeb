import { Eip, NatGateway, type Subnet, type Vpc } from "@pulumi/aws/ec2";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { tagsOf } from "./tags.js";

/**
 * The way out of private subnets: in production a regional gateway, which follows the zones by itself; in development one
 * in one zone, which is cheaper and ends with it.
 */
export function makeNat(
    scope: Scope,
    vpc: Vpc,
    subnet: Subnet | undefined,
    dependsOn: readonly pulumi.Resource[],
): NatGateway {
    const tags = tagsOf(scope);
    const opts = { dependsOn: [...dependsOn] };
    if (scope.profile === "production" || subnet === undefined) {
        const args = { availabilityMode: "regional", connectivityType: "public", vpcId: vpc.id, tags };
        return child(scope, NatGateway, "nat", args, opts);
    }
    const address = child(scope, Eip, "nat-eip", { domain: "vpc", tags }, opts);
    return child(scope, NatGateway, "nat", { subnetId: subnet.id, allocationId: address.id, tags }, opts);
}
