import * as pulumi from "@pulumi/pulumi";
import type { Builder, LoadBalancerRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { after } from "../handles.js";
import { waitFor } from "./await.js";
import { certificate } from "./certificate.js";
import { ground, recordOf } from "./handles.js";
import { objectLabels, PROJECT_LABEL } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";
import { need } from "./record.js";

export const GATEWAY_API = "gateway.networking.k8s.io/v1";
const HTTP = "http";
const HTTPS = "https";

/** A Gateway. Routes are objects of the apps that serve them. */
export const loadBalancer: Builder<"LoadBalancer"> = (scope, request) => {
    const { name } = scope;
    const { domain } = request;
    const namespace = ground(scope, "namespace");
    const metadata = { name, namespace, labels: objectLabels(scope, "gateway") };
    const secure = domain === undefined ? undefined : { domain, secret: certificateOf(scope, request, domain) };
    const gateway = scope.child(
        "gateway",
        {
            apiVersion: GATEWAY_API,
            kind: "Gateway",
            metadata: { ...metadata, annotations: waitFor("condition=Programmed", 600) },
            spec: {
                gatewayClassName: classOf(scope, request),
                listeners: [listener(HTTP, 80, "HTTP", {}), ...(secure === undefined ? [] : [httpsListener(secure)])],
            },
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
        // Another gateway may get another address.
        { protect: scope.profile === "production" },
    );
    const ready = after(gateway, name);
    const redirects = domain !== undefined && request.redirectToHttps;
    if (redirects) redirect(scope, ready);
    const hostname = domain === undefined ? gateway.status.apply(addressOf) : pulumi.output(domain);
    const url = pulumi.interpolate`${domain === undefined ? "http" : "https"}://${hostname}`;
    return {
        outputs: { url, hostname },
        handle: {
            cluster: ground(scope, "cluster"),
            namespace,
            gateway: ready,
            sections: domain === undefined ? [HTTP] : redirects ? [HTTPS] : [HTTP, HTTPS],
            ...(domain === undefined ? {} : { host: domain }),
            url,
        },
    };
};

function classOf(scope: Scope, { internal }: LoadBalancerRequest): pulumi.Output<string> {
    return recordOf(scope).apply((record) => {
        const { className, internalClassName } = need(record, "gateway", `LoadBalancer "${scope.name}"`);
        if (!internal) return className;
        if (internalClassName !== undefined) return internalClassName;
        throw new ProgramError(
            `LoadBalancer "${scope.name}" is internal. The platform record names no internal gateway class; ` +
                "add gateway.internalClassName to the record.",
        );
    });
}

function listener(name: string, port: number, protocol: string, more: object): object {
    const allowedRoutes = {
        namespaces: { from: "Selector", selector: { matchExpressions: [{ key: PROJECT_LABEL, operator: "Exists" }] } },
    };
    return { name, port, protocol, ...more, allowedRoutes };
}

function httpsListener(secure: {
    readonly domain: pulumi.Input<string>;
    readonly secret: pulumi.Input<string>;
}): object {
    const tls = { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: secure.secret }] };
    return listener(HTTPS, 443, "HTTPS", { hostname: secure.domain, tls });
}

/** The Secret with the certificate: the user's own, or one that cert-manager fills. */
function certificateOf(scope: Scope, request: LoadBalancerRequest, domain: pulumi.Input<string>): pulumi.Input<string> {
    if (request.certificate !== undefined) return request.certificate;
    const name = `${scope.name}-tls`;
    scope.child(
        "certificate",
        certificate(scope, {
            name,
            namespace: ground(scope, "namespace"),
            hosts: [domain] as pulumi.Input<string>[] as pulumi.Input<readonly string[]>,
            component: "gateway",
            isPublic: !request.internal,
        }),
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
    );
    return name;
}

function redirect(scope: Scope, gateway: pulumi.Output<string>): void {
    const requestRedirect = { scheme: "https", statusCode: 301 };
    scope.child(
        "redirect",
        {
            apiVersion: GATEWAY_API,
            kind: "HTTPRoute",
            metadata: {
                name: `${scope.name}-redirect`,
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, "gateway"),
            },
            spec: {
                parentRefs: [{ name: gateway, sectionName: HTTP }],
                rules: [{ filters: [{ type: "RequestRedirect", requestRedirect }] }],
            },
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
    );
}

function addressOf(status: Readonly<Record<string, unknown>> | undefined): string {
    const addresses = status?.addresses as readonly { readonly value: string }[] | undefined;
    return addresses?.[0]?.value ?? "";
}
