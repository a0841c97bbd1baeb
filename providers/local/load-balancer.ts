import * as pulumi from "@pulumi/pulumi";
import type { Builder } from "../contract.js";
import { localChild } from "./platform.js";
import type { BalancerSpec } from "./spec.js";

/** A listener of the stack's proxy process on loopback. */
export const loadBalancer: Builder<"LoadBalancer"> = (scope, request) => {
    const { algorithm, allowedCidrs, accessLogs, idleTimeoutSeconds, domain, redirectToHttps } = request;
    const spec = pulumi.all([algorithm, allowedCidrs, accessLogs, idleTimeoutSeconds, domain, redirectToHttps]).apply(
        ([algorithm, allowedCidrs, accessLogs, idleTimeoutSeconds, hostname, redirect]): BalancerSpec => ({
            algorithm,
            allowedCidrs,
            accessLogs,
            idleTimeoutSeconds,
            port: Number(scope.options.port ?? 0),
            proxyProtocol: scope.options.proxyProtocol === true,
            ...(hostname === undefined ? {} : { tls: { hostname, redirect } }),
        }),
    );
    const listener = localChild(scope, "listener", "balancer", { spec });
    const url = listener.field("url");
    return {
        outputs: { url, hostname: listener.field("hostname") },
        handle: { home: listener.home, balancer: listener.objectName, url },
    };
};
