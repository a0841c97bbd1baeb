import type { Platform, Resource, Stack } from "../../resource.js";
import { at, isOpaque, type Maybe, text } from "../../values.js";

/** Outputs that hold the address of a database, a cache or a broker. */
const ADDRESSES: { readonly [P in Platform]?: Readonly<Record<string, readonly string[]>> } = {
    aws: {
        "aws:rds:Instance": ["address"],
        "aws:rds:Cluster": ["endpoint"],
        "aws:docdb:Cluster": ["endpoint"],
        "aws:elasticache:ReplicationGroup": ["primaryEndpointAddress"],
        "aws:sqs:Queue": ["url"],
    },
    azure: {
        "azure-native:dbforpostgresql:Server": ["fullyQualifiedDomainName"],
        "azure-native:dbformysql:Server": ["fullyQualifiedDomainName"],
        "azure-native:cache:Redis": ["hostName"],
        "azure-native:redis:Redis": ["hostName"],
    },
    kubernetes: {
        "kubernetes:postgresql.cnpg.io:Cluster": ["status", "writeService"],
        "kubernetes:core:Service": ["spec", "externalName"],
    },
};

export function addressesOn(
    stack: Stack,
    platform: Platform,
): readonly { readonly owner: Resource; readonly address: Maybe<string> }[] {
    return stack.resources.flatMap((owner) => {
        const path = ADDRESSES[platform]?.[owner.type];
        const address = path === undefined ? undefined : text(at(owner.props, ...path));
        return address === undefined || (address === "" && !isOpaque(address)) ? [] : [{ owner, address }];
    });
}
