import {
    DefaultSecurityGroup,
    InternetGateway,
    Route,
    RouteTable,
    RouteTableAssociation,
    Subnet,
    Vpc,
} from "@pulumi/aws/ec2";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { makeEndpoints, makeStorageEndpoint } from "./endpoints.js";
import { makeNat } from "./nat.js";
import { settingsOf } from "./settings.js";
import { subnetBlocks } from "./subnet-blocks.js";
import { TIER_TAG, tagsOf } from "./tags.js";

/** Where tasks, databases and load balancers are. */
export interface Network {
    readonly vpcId: pulumi.Output<string>;
    readonly vpcCidr: pulumi.Output<string>;
    readonly publicSubnetIds: pulumi.Output<readonly string[]>;
    /** Known when they have their way out. */
    readonly privateSubnetIds: pulumi.Output<readonly string[]>;
}

const EVERYWHERE = "0.0.0.0/0";

/** A VPC with a public and a private subnet in each zone. */
export function makeNetwork(scope: Scope, region: pulumi.Output<string>, zones: number): Network {
    const { cidr = "10.0.0.0/16", egress = "nat" } = settingsOf(scope);
    const blocks = subnetBlocks(cidr, zones);
    const tags = tagsOf(scope);
    const vpc = child(scope, Vpc, "vpc", {
        cidrBlock: cidr,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: { ...tags, Name: `${scope.project}-${scope.stack}` },
    });
    // To adopt it is to empty it.
    child(scope, DefaultSecurityGroup, "default-sg", { vpcId: vpc.id, tags });
    const gateway = child(scope, InternetGateway, "igw", { vpcId: vpc.id, tags });
    const names = getAvailabilityZonesOutput({ state: "available" }, { parent: scope.component }).names;
    const subnetsOf = (tier: "public" | "private") =>
        blocks.map((block, zone) =>
            child(
                scope,
                Subnet,
                tier,
                {
                    vpcId: vpc.id,
                    cidrBlock: block[tier],
                    availabilityZone: names.apply((known) => zoneAt(known, zone, zones)),
                    mapPublicIpOnLaunch: false,
                    tags: { ...tags, Name: `${scope.project}-${scope.stack}-${tier}-${zone}`, [TIER_TAG]: tier },
                },
                // A zone that AWS adds must not move a subnet.
                { ignoreChanges: ["availabilityZone"] },
                String(zone),
            ),
        );
    const publicSubnets = subnetsOf("public");
    const privateSubnets = subnetsOf("private");
    const publicTable = makeTable(scope, "public", vpc, publicSubnets);
    const privateTable = makeTable(scope, "private", vpc, privateSubnets);
    const out = child(scope, Route, "public-route", {
        routeTableId: publicTable.table.id,
        destinationCidrBlock: EVERYWHERE,
        gatewayId: gateway.id,
    });
    const ways: pulumi.Resource[] = [
        ...privateTable.associations,
        makeStorageEndpoint(scope, region, vpc.id, privateTable.table.id),
    ];
    if (egress === "nat") {
        const nat = makeNat(scope, vpc, publicSubnets[0], [gateway, out, ...publicTable.associations]);
        const natGatewayId = nat.id;
        const route = { routeTableId: privateTable.table.id, destinationCidrBlock: EVERYWHERE, natGatewayId };
        ways.push(child(scope, Route, "private-route", route));
    } else ways.push(...makeEndpoints(scope, region, vpc, privateSubnets));
    return {
        vpcId: vpc.id,
        vpcCidr: vpc.cidrBlock,
        publicSubnetIds: idsAfter(publicSubnets, [out, ...publicTable.associations]),
        privateSubnetIds: idsAfter(privateSubnets, ways),
    };
}

function zoneAt(names: readonly string[] | undefined, zone: number, zones: number): string {
    const name = names?.[zone];
    if (name !== undefined) return name;
    throw new pulumi.RunError(`This region has ${names?.length ?? 0} zones, and the platform asks for ${zones}.`);
}

function makeTable(scope: Scope, tier: "public" | "private", vpc: Vpc, subnets: readonly Subnet[]) {
    const table = child(scope, RouteTable, `${tier}-rt`, { vpcId: vpc.id, tags: tagsOf(scope) });
    const associations = subnets.map((subnet, zone) => {
        const args = { routeTableId: table.id, subnetId: subnet.id };
        return child(scope, RouteTableAssociation, `${tier}-association`, args, {}, String(zone));
    });
    return { table, associations };
}

/** What stands in a subnet needs its routes: to start, and to end well. */
function idsAfter(subnets: readonly Subnet[], ways: readonly pulumi.Resource[]): pulumi.Output<readonly string[]> {
    return pulumi
        .all([pulumi.all(subnets.map(({ id }) => id)), pulumi.all(ways.map(({ urn }) => urn))])
        .apply(([ids]) => ids);
}
