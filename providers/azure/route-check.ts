import type { RouteRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { shortHash } from "../naming.js";
import { factsOf } from "./facts.js";
import { nameOf } from "./names.js";

/** @throws ProgramError for what Front Door would refuse, or never serve */
export function checkRoute(scope: Scope, route: RouteRequest): void {
    const { otherwise, loadBalancer } = route;
    const facts = otherwise && factsOf(otherwise);
    if (!facts || otherwise === undefined) return;
    if (facts.routes.length === 0) {
        throw new ProgramError(
            `App "${scope.name}": otherwise is App "${otherwise.name}", which has no route of its own, and so no address ` +
                "that Front Door can reach; give it a route.",
        );
    }
    const twin = facts.routes.find(
        (other) => other.loadBalancer === loadBalancer && other.path === route.path && other.host === route.host,
    );
    if (twin === undefined) return;
    throw new ProgramError(
        `App "${scope.name}" shares ${route.path} of LoadBalancer "${loadBalancer.name}" with App "${otherwise.name}", ` +
            "which has a route of exactly this path. Front Door refuses two equal routes; " +
            `drop it from "${otherwise.name}": this route sends it the rest.`,
    );
}

/** The group of the app that a route joins: it follows from names, so no stack needs the other one's outputs. */
export function groupOf(scope: Scope, route: RouteRequest): string {
    const parts = (route.joins ?? "").split("/");
    const [project, stack, name] = parts.length === 2 ? [scope.project, ...parts] : parts;
    if (parts.length > 3 || project === undefined || stack === undefined || name === undefined) {
        throw new ProgramError(
            `App "${scope.name}": joins is "${route.joins}"; allowed: "<stack>/<app>" or "<project>/<stack>/<app>".`,
        );
    }
    return nameOf({ project, stack, name }, "part", `group-${shortHash(`${route.host ?? ""} ${route.path}`, 8)}`);
}
