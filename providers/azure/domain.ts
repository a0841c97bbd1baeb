import { AFDCustomDomain, type AFDCustomDomainArgs, Secret, type SecretArgs } from "@pulumi/azure-native/cdn";
import { RecordSet, type RecordSetArgs } from "@pulumi/azure-native/dns";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerRequest, Scope } from "../contract.js";
import { shortHash } from "../naming.js";
import { child } from "./child.js";
import { placeOf } from "./handles.js";
import { nameOf } from "./names.js";

/** The custom domains of a load balancer: their ids by host name; the first one, which may be an Output, by "". */
export function makeDomains(
    scope: Scope,
    request: LoadBalancerRequest,
    profileName: pulumi.Output<string>,
    endpointHost: pulumi.Output<string>,
): Readonly<Record<string, pulumi.Output<string>>> {
    const { domain, certificate } = request;
    const more = (scope.options.domains ?? []) as readonly string[];
    const make = (host: pulumi.Input<string>, part: string, suffix?: string) =>
        makeDomain(
            scope,
            {
                host,
                part,
                ...(suffix === undefined ? {} : { suffix }),
                ...(certificate === undefined ? {} : { certificate }),
            },
            profileName,
            endpointHost,
        );
    return {
        ...(domain === undefined ? {} : { "": make(domain, "domain") }),
        ...Object.fromEntries(more.map((host) => [host, make(host, `domain-${host}`, shortHash(host, 8))])),
    };
}

interface Domain {
    readonly host: pulumi.Input<string>;
    readonly part: string;
    readonly suffix?: string;
    readonly certificate?: pulumi.Input<string>;
}

function makeDomain(
    scope: Scope,
    { host, part, suffix, certificate }: Domain,
    profileName: pulumi.Output<string>,
    endpointHost: pulumi.Output<string>,
): pulumi.Output<string> {
    const { resourceGroupName } = placeOf(scope);
    const named = suffix === undefined ? {} : { suffix };
    const zone = scope.options.dnsZoneId as string | undefined;
    const own =
        certificate === undefined
            ? undefined
            : child(
                  scope,
                  "certificate",
                  {
                      resourceGroupName,
                      profileName,
                      secretName: nameOf(scope, "part", `certificate-${part}`),
                      parameters: {
                          type: "CustomerCertificate",
                          secretSource: { id: certificate },
                          useLatestVersion: true,
                      },
                  } satisfies SecretArgs,
                  Secret,
                  named,
              );
    const made = child(
        scope,
        "domain",
        {
            resourceGroupName,
            profileName,
            customDomainName: nameOf(scope, "part", part),
            hostName: host,
            tlsSettings: {
                certificateType: own === undefined ? "ManagedCertificate" : "CustomerCertificate",
                ...(own === undefined ? {} : { secret: { id: own.id } }),
                cipherSuiteSetType: "TLS12_2022",
            },
            ...(zone === undefined ? {} : { azureDnsZone: { id: zone } }),
        } satisfies AFDCustomDomainArgs,
        AFDCustomDomain,
        named,
    );
    if (zone !== undefined) {
        const token = made.validationProperties.apply(({ validationToken }) => validationToken);
        record(
            scope,
            zone,
            "validation",
            pulumi.interpolate`_dnsauth.${host}`,
            { recordType: "TXT", txtRecords: [{ value: [token] }] },
            named,
        );
        record(scope, zone, "record", host, { recordType: "CNAME", cnameRecord: { cname: endpointHost } }, named);
    }
    return made.id;
}

/** A record of a zone in Azure; the zone says which part of a host name is its own. */
function record(
    scope: Scope,
    zoneId: string,
    key: string,
    host: pulumi.Input<string>,
    value: Pick<RecordSetArgs, "recordType" | "txtRecords" | "cnameRecord">,
    named: { readonly suffix?: string },
): void {
    const [, resourceGroupName = "", zoneName = ""] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(zoneId) ?? [];
    child(
        scope,
        key,
        {
            resourceGroupName,
            zoneName,
            relativeRecordSetName: pulumi.output(host).apply((name) => name.slice(0, -zoneName.length - 1) || "@"),
            ttl: 300,
            ...value,
        } satisfies RecordSetArgs,
        RecordSet,
        named,
    );
}
