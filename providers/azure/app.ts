import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Builder, HealthRequest } from "../contract.js";
import { partsOf } from "./app-parts.js";
import { makeContainerApp, shapeOf } from "./container-app.js";
import type { FactsOf } from "./facts.js";
import { field, ground, type LoadBalancerHandle, placeOf } from "./handles.js";
import { type Hold, rolloutOf } from "./rollout.js";
import { makeRoute } from "./route.js";
import { makeRelease, makeServing } from "./steps.js";

/** A Container App, the steps that make its releases safe, and its routes. */
export const app: Builder<"App"> = (scope, request) => {
    const parts = partsOf(scope, request);
    const shape = shapeOf(scope, request, parts);
    const rollout = rolloutOf(request.rollout, scope.options.hold as Hold | undefined, request.port !== undefined);
    const release = makeRelease(scope, request, parts, shape, rollout);
    const made = makeContainerApp(scope, request, parts, shape, rollout, [
        ...parts.code.dependsOn,
        ...parts.scale.dependsOn,
        ...(release === undefined ? [] : [release]),
    ]);
    const serving = makeServing(scope, request, parts, rollout, made);
    const fqdn =
        request.port === undefined
            ? undefined
            : made.configuration.apply((configuration) => configuration?.ingress?.fqdn ?? "");
    const health = pulumi.output(request.health) as unknown as pulumi.Output<HealthRequest>;
    if (fqdn !== undefined) {
        for (const route of request.routes) {
            makeRoute(scope, route, { fqdn, readinessPath: health.readinessPath, dependsOn: [serving] });
        }
    }
    // Whoever calls or sends traffic there comes after the release that serves it.
    const served = fqdn && pulumi.all([fqdn, serving.urn]).apply(([host]) => host);
    const internalUrl = served === undefined ? pulumi.output("") : served.apply((host) => `https://${host}`);
    const { location, resourceGroupName } = placeOf(scope);
    return {
        outputs: { url: urlOf(request, internalUrl), internalUrl, releaseId: parts.releaseId },
        handle: {
            location,
            resourceGroup: resourceGroupName,
            appName: made.name,
            appId: made.id,
            environmentId: ground(scope, "environmentId"),
            ...(served === undefined ? {} : { fqdn: served, readinessPath: health.readinessPath }),
            internalUrl,
            external: request.routes.length > 0,
            image: parts.code.image,
            env: parts.container.env,
            secretRefs: parts.secretRefs,
            identityId: parts.identityId,
            registries: parts.code.registries,
            size: parts.container.size,
            workloadProfile: parts.workloadProfile,
            releaseId: parts.releaseId,
            revision: made.latestReadyRevisionName,
        },
        facts: { routes: request.routes, serving } satisfies FactsOf["App"],
    };
};

function urlOf(request: AppRequest, internalUrl: pulumi.Output<string>): pulumi.Output<string> {
    const [route] = request.routes;
    if (route === undefined) return internalUrl;
    const path = route.path === "/" ? "" : route.path;
    return field<LoadBalancerHandle, "url">(route.loadBalancer, "url").apply((base) => {
        const url = route.host === undefined ? base : `https://${route.host}`;
        return `${url}${path}`;
    });
}
