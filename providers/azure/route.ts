import {
    AFDOrigin,
    type AFDOriginArgs,
    AFDOriginGroup,
    type AFDOriginGroupArgs,
    Route,
    type RouteArgs,
} from "@pulumi/azure-native/cdn";
import * as pulumi from "@pulumi/pulumi";
import type { RouteRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { child } from "./child.js";
import { factsOf } from "./facts.js";
import { type AppHandle, field, type LoadBalancerHandle } from "./handles.js";
import { nameOf, type Owner } from "./names.js";
import { checkRoute, partOf, routeOwner, suffixOf } from "./route-check.js";
import { makeCountryRule, makeRuleSet } from "./route-countries.js";

/** What a route leads to. */
export interface Destination {
    readonly fqdn: pulumi.Input<string>;
    readonly readinessPath: pulumi.Input<string>;
    readonly dependsOn: readonly pulumi.Resource[];
}

/** Weights of origins are 1 to 1,000; shares are percent. */
const WEIGHT = 10;

/**
 * A path of a load balancer: a group of origins, and the route to it, which may never point to an empty group. Who joins
 * another app's route adds an origin to its group; with countries, a group of its own and a rule that leads to it.
 */
export function makeRoute(scope: Scope, route: RouteRequest, to: Destination): pulumi.Resource {
    checkRoute(scope, route);
    const { loadBalancer, otherwise, percent = 100 } = route;
    const of = <F extends keyof LoadBalancerHandle>(name: F) => field<LoadBalancerHandle, F>(loadBalancer, name);
    const place = { resourceGroupName: of("resourceGroup"), profileName: of("profileName") };
    const suffix = suffixOf(route);
    const options = { suffix, dependsOn: [...to.dependsOn] };
    const byCountry = route.countries.length > 0;
    if (route.joins !== undefined && !byCountry) {
        const originGroupName = nameOf(routeOwner(scope, route), "part", partOf("group", route));
        return makeOrigin(scope, "origin", { ...place, originGroupName }, route, to.fqdn, 1000, options);
    }
    const shares = otherwise !== undefined && percent < 100;
    const group = child(
        scope,
        "group",
        {
            ...place,
            originGroupName: nameOf(scope, "part", partOf("group", route)),
            sessionAffinityState: "Disabled",
            loadBalancingSettings: {
                sampleSize: 4,
                successfulSamplesRequired: 3,
                additionalLatencyInMilliseconds: of("routing").apply((routing) => toleranceOf(shares, routing)),
            },
            // Probes come from every edge; one origin gets all traffic anyway, and could never scale to zero.
            healthProbeSettings: of("routing").apply((routing) =>
                shares || routing !== "regional" ? probeOf(to.readinessPath) : undefined,
            ) as pulumi.Output<ReturnType<typeof probeOf>>,
        } satisfies AFDOriginGroupArgs,
        AFDOriginGroup,
        options,
    );
    const inGroup = { ...place, originGroupName: group.name };
    const origins = [
        ...(percent > 0 ? [makeOrigin(scope, "origin", inGroup, route, to.fqdn, percent * WEIGHT, options)] : []),
        ...(shares
            ? [makeOrigin(scope, "otherwise", inGroup, route, fqdnOf(scope, route), (100 - percent) * WEIGHT, options)]
            : []),
    ];
    if (route.joins !== undefined) {
        return makeCountryRule(scope, place, route, group.id, { suffix, dependsOn: [...to.dependsOn, ...origins] });
    }
    const domains = domainsOf(scope, route);
    return child(
        scope,
        "route",
        {
            ...place,
            endpointName: of("endpointName"),
            routeName: nameOf(scope, "part", partOf("route", route)),
            originGroup: { id: group.id },
            patternsToMatch: route.path === "/" ? ["/*"] : [route.path, `${route.path}/*`],
            supportedProtocols: ["Http", "Https"],
            httpsRedirect: of("redirectToHttps").apply((redirects): string => (redirects ? "Enabled" : "Disabled")),
            forwardingProtocol: "HttpsOnly",
            linkToDefaultDomain: domains.apply((ids): string => (ids.length === 0 ? "Enabled" : "Disabled")),
            customDomains: domains.apply((ids) => ids.map((id) => ({ id }))),
            enabledState: "Enabled",
            ...(route.stripPrefix ? { originPath: "/" } : {}),
            ...(byCountry ? { ruleSets: [{ id: makeRuleSet(scope, place, route).id }] } : {}),
        } satisfies RouteArgs,
        Route,
        { suffix, dependsOn: [...to.dependsOn, ...origins] },
    );
}

/** Only origins within so many milliseconds of the fastest share by weight. */
function toleranceOf(shares: boolean, routing: string): number {
    if (shares) return 1000;
    return routing === "latency" ? 0 : 50;
}

function probeOf(probePath: pulumi.Input<string>) {
    return {
        probePath,
        probeProtocol: "Https" as const,
        probeRequestType: "GET" as const,
        probeIntervalInSeconds: 100,
    };
}

type InGroup = Pick<AFDOriginArgs, "resourceGroupName" | "profileName" | "originGroupName">;

function makeOrigin(
    scope: Owner & Scope,
    key: string,
    inGroup: InGroup,
    route: RouteRequest,
    fqdn: pulumi.Input<string>,
    weight: number,
    options: { readonly suffix: string; readonly dependsOn: pulumi.Resource[] },
): AFDOrigin {
    return child(
        scope,
        key,
        {
            ...inGroup,
            originName: nameOf(scope, "part", `${key}-${route.host ?? ""}${route.path}`),
            hostName: fqdn,
            // The environment's proxy tells apps apart by host.
            originHostHeader: fqdn,
            httpsPort: 443,
            enforceCertificateNameCheck: true,
            enabledState: "Enabled",
            priority: 1,
            weight,
        } satisfies AFDOriginArgs,
        AFDOrigin,
        options,
    );
}

/** The address of the app that keeps the rest. */
function fqdnOf(scope: Scope, { otherwise }: RouteRequest): pulumi.Output<string> {
    if (otherwise === undefined) throw new Error(`App "${scope.name}" shares with nobody.`);
    const external = factsOf(otherwise) ? pulumi.output(true) : field<AppHandle, "external">(otherwise, "external");
    return pulumi.all([field<AppHandle, "fqdn">(otherwise, "fqdn"), external]).apply(([fqdn, external]) => {
        if (fqdn !== undefined && external) return fqdn;
        throw new ProgramError(
            `App "${scope.name}": otherwise is App "${otherwise.name}", which has no route of its own, and so no address ` +
                "that Front Door can reach; give it a route.",
        );
    });
}

/** Custom domains that a route answers under; none is the load balancer's own name. */
function domainsOf(scope: Scope, { loadBalancer, host }: RouteRequest): pulumi.Output<string[]> {
    return pulumi
        .all([
            field<LoadBalancerHandle, "domains">(loadBalancer, "domains"),
            field<LoadBalancerHandle, "domain">(loadBalancer, "domain"),
        ])
        .apply(([domains, first]) => {
            if (host === undefined) return Object.values(domains);
            const id = host === first ? domains[""] : domains[host];
            if (id !== undefined) return [id];
            // A load balancer without any domain answers every host under its own name.
            if (Object.keys(domains).length === 0) return [];
            throw new ProgramError(
                `App "${scope.name}": a route has the host ${host}. Front Door needs the host declared on the load balancer; ` +
                    `set it as domain of LoadBalancer "${loadBalancer.name}", or in azure.domains.`,
            );
        });
}
