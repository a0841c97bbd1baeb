import { getZoneOutput } from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerRequest, Scope } from "../contract.js";
import { factsOf } from "./facts.js";
import { settingsOf } from "./settings.js";

/** A name of one's own, and who answers for it. */
export interface Domain {
    readonly name: pulumi.Output<string>;
    readonly aliases: readonly string[];
    /** Id of its hosted zone; absent where the DNS is the user's own. */
    readonly zoneId?: pulumi.Output<string>;
    /** ARN of a certificate that exists. */
    readonly certificate?: pulumi.Output<string>;
}

/** The domain of a load balancer: its own, or a name under the platform's. */
export function domainOf(scope: Scope, request: LoadBalancerRequest): Domain | undefined {
    const name = nameOf(scope, request);
    if (name === undefined) return undefined;
    const { certificate } = request;
    const zone = zoneOf(scope);
    const aliases = (scope.options.aliases ?? []) as readonly string[];
    if (certificate !== undefined && zone === undefined) {
        return { name, aliases, certificate: pulumi.output(certificate) };
    }
    // A name is always in the zone of the rest of it, unless somebody says otherwise.
    const zoneName = zone === undefined ? name.apply((known) => known.replace(/^[^.]+\./, "")) : pulumi.output(zone);
    const query = zoneName.apply((known) => (/^Z[A-Z0-9]{8,}$/.test(known) ? { zoneId: known } : { name: known }));
    const found = getZoneOutput(
        { zoneId: query.apply((q) => q.zoneId as string), name: query.apply((q) => q.name as string) },
        { parent: scope.component },
    );
    return {
        name,
        aliases,
        zoneId: found.zoneId,
        ...(certificate === undefined ? {} : { certificate: pulumi.output(certificate) }),
    };
}

function nameOf(scope: Scope, { domain }: LoadBalancerRequest): pulumi.Output<string> | undefined {
    if (domain !== undefined) return pulumi.output(domain);
    const above = scope.platform && factsOf(scope.platform)?.request.domain;
    return above === undefined ? undefined : pulumi.interpolate`${scope.name}.${above}`;
}

function zoneOf(scope: Scope): string | undefined {
    const own = scope.options.zone as string | undefined;
    return own ?? settingsOf(scope).zone;
}
