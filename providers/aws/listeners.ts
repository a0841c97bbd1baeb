import { Listener, type LoadBalancer } from "@pulumi/aws/lb";
import type { LoadBalancerRequest, Scope } from "../contract.js";
import { certificateOf } from "./certificate.js";
import { child } from "./child.js";
import type { Domain } from "./domain.js";
import { tagsOf } from "./tags.js";

/** TLS 1.2 and 1.3 with key exchange that quantum computers do not break; unset it would be a policy of 2016. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
const YEAR_SECONDS = 31_536_000;

const nobody = { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } };
const toHttps = { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } };

/** Makes the listeners, and returns the one that takes routes: HTTPS where there is a domain. */
export function makeListeners(
    scope: Scope,
    { redirectToHttps }: LoadBalancerRequest,
    balancer: LoadBalancer,
    domain: Domain | undefined,
): Listener {
    const common = { loadBalancerArn: balancer.arn, tags: tagsOf(scope) };
    const http = (defaultActions: (typeof nobody | typeof toHttps)[]) =>
        child(scope, Listener, "http", { ...common, port: 80, protocol: "HTTP", defaultActions });
    if (domain === undefined) return http([nobody]);
    if (redirectToHttps) http([toHttps]);
    const production = scope.profile === "production";
    return child(scope, Listener, "https", {
        ...common,
        port: 443,
        protocol: "HTTPS",
        certificateArn: certificateOf(scope, domain),
        sslPolicy: TLS_POLICY,
        defaultActions: [nobody],
        ...(production
            ? {
                  routingHttpResponseStrictTransportSecurityHeaderValue: `max-age=${YEAR_SECONDS}`,
                  routingHttpResponseServerEnabled: false,
              }
            : {}),
    });
}
