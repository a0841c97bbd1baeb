import * as pulumi from "@pulumi/pulumi";
import type { Attachment, RouteRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { mapped } from "../mapped.js";
import { shortHash } from "../naming.js";
import { PATCH_FORCE, waitFor } from "./await.js";
import { factsOf } from "./facts.js";
import { type AppHandle, field, ground, type LoadBalancerHandle, namespaceOf } from "./handles.js";
import { isOwn, objectLabels } from "./labels.js";
import { GATEWAY_API } from "./load-balancer.js";
import { Manifest, type ManifestArgs } from "./manifest.js";

/** A Service that takes a share of a route; weights are relative. */
export interface Backend {
    readonly name: pulumi.Input<string>;
    readonly weight: number;
}

export interface RouteOptions {
    /** The app's own Services, which share what the route gives to the app. */
    readonly backends: readonly Backend[];
    /** Time that a request may take. */
    readonly timeoutSeconds: pulumi.Input<number>;
    readonly dependsOn: readonly pulumi.Resource[];
    /** Something else moves the weights meanwhile. */
    readonly shifted: boolean;
}

/** Name of the HTTPRoute of a route. */
export function routeName(scope: Scope, route: RouteRequest): string {
    return `${scope.name}-${route.loadBalancer.name}-${routeHash(route)}`;
}

function routeHash({ loadBalancer, host, path }: RouteRequest): string {
    return shortHash(`${loadBalancer.name} ${host ?? ""} ${path}`, 8);
}

const ACCEPTED = "jsonpath={.status.parents[0].conditions[?@.type=='Accepted'].status}=True";

/** The route of an app, as an object of the app's own. */
export function makeRoute(scope: Scope, route: RouteRequest, options: RouteOptions): void {
    const { loadBalancer } = route;
    if (route.otherwise !== undefined) checkNoTwin(scope, route, route.otherwise);
    const gateway = {
        name: field<LoadBalancerHandle, "gateway">(loadBalancer, "gateway"),
        namespace: namespaceOf(scope, loadBalancer),
    };
    const parentRefs = pulumi
        .all([gateway, field<LoadBalancerHandle, "sections">(loadBalancer, "sections"), hostsOf(scope, route)])
        .apply(([gateway, sections]) => sections.map((sectionName) => ({ ...gateway, sectionName })));
    const rest = route.otherwise === undefined ? [] : [otherBackend(scope, route, route.otherwise)];
    const share = route.otherwise === undefined ? 1 : (route.percent ?? 100);
    const own = options.backends.map(({ name, weight }) => ({ name, port: 80, weight: weight * share }));
    const rewrite = {
        type: "URLRewrite",
        urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
    };
    scope.child(
        "route",
        {
            apiVersion: GATEWAY_API,
            kind: "HTTPRoute",
            metadata: {
                name: routeName(scope, route),
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, "web"),
                annotations: { ...waitFor(ACCEPTED, 300), ...(options.shifted ? PATCH_FORCE : {}) },
            },
            spec: {
                parentRefs,
                ...(route.host === undefined ? {} : { hostnames: [route.host] }),
                rules: [
                    {
                        matches: [{ path: { type: "PathPrefix", value: route.path } }],
                        ...(route.stripPrefix && route.path !== "/" ? { filters: [rewrite] } : {}),
                        timeouts: { request: mapped(options.timeoutSeconds, (seconds) => `${seconds}s`) },
                        backendRefs: [...own, ...rest],
                    },
                ],
            },
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
        // A route to a Service without ready pods answers 503.
        { dependsOn: [...options.dependsOn] },
        routeHash(route),
    );
}

/** Sum of the weights of an app's own backends. */
export const WHOLE = 100;

function otherBackend(scope: Scope, route: RouteRequest, otherwise: Attachment<"App">): object {
    const namespace = namespaceOf(scope, otherwise);
    const service = field<AppHandle, "service">(otherwise, "service").apply((name) => {
        if (name !== undefined) return name;
        throw new ProgramError(`otherwise is App "${otherwise.name}", which has no port and serves nothing.`);
    });
    if (!isOwn(otherwise)) makeGrant(scope, route, otherwise, namespace, service);
    return { name: service, namespace, port: 80, weight: (100 - (route.percent ?? 100)) * WHOLE };
}

/** Lets a route refer to a Service in another namespace. */
function makeGrant(
    scope: Scope,
    route: RouteRequest,
    otherwise: Attachment<"App">,
    namespace: pulumi.Output<string>,
    service: pulumi.Output<string>,
): void {
    scope.child(
        "grant",
        {
            apiVersion: GATEWAY_API,
            kind: "ReferenceGrant",
            metadata: {
                name: `${scope.name}-${otherwise.name}-${shortHash(`${scope.project}/${scope.stack}/${routeHash(route)}`, 8)}`,
                namespace,
                labels: objectLabels(scope, "web"),
            },
            spec: {
                from: [
                    { group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: ground(scope, "namespace") },
                ],
                to: [{ group: "", kind: "Service", name: service }],
            },
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
        {},
        routeHash(route),
    );
}

/** Of two equal matches the older wins, silently: the share would have no effect. */
function checkNoTwin(scope: Scope, route: RouteRequest, otherwise: Attachment<"App">): void {
    const twin = factsOf(otherwise)?.routes.find(
        (other) => other.loadBalancer === route.loadBalancer && other.path === route.path && other.host === route.host,
    );
    if (twin === undefined) return;
    throw new ProgramError(
        `App "${scope.name}" shares ${route.path} of LoadBalancer "${route.loadBalancer.name}" with App "${otherwise.name}", ` +
            "which has a route of exactly this path. On Kubernetes the older of two equal routes takes everything; " +
            `drop it from "${otherwise.name}": this route sends it the rest.`,
    );
}

/** @throws ProgramError for a host that no listener answers */
function hostsOf(scope: Scope, route: RouteRequest): pulumi.Output<undefined> {
    return field<LoadBalancerHandle, "host">(route.loadBalancer, "host").apply((domain) => {
        if (domain === undefined || route.host === undefined || covers(domain, route.host)) return undefined;
        throw new ProgramError(
            `App "${scope.name}": a route has the host ${route.host}, and LoadBalancer "${route.loadBalancer.name}" answers ` +
                `under ${domain} only. Give it a domain that covers both, for example "*.example.com".`,
        );
    });
}

function covers(domain: string, host: string): boolean {
    return domain === host || (domain.startsWith("*.") && host.endsWith(domain.slice(1)));
}
