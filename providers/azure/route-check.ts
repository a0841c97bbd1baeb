import type { Attachment, RouteRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { shortHash } from "../naming.js";
import { factsOf } from "./facts.js";
import type { Owner } from "./names.js";

/** The apps whose routes the load balancers of this program have, by host and path. */
const owners = new WeakMap<Attachment, Map<string, string>>();

/** @throws ProgramError for what Front Door would refuse, or never serve */
export function checkRoute(scope: Scope, route: RouteRequest): void {
    checkOtherwise(scope, route);
    if (route.joins !== undefined) return;
    const known = owners.get(route.loadBalancer) ?? new Map<string, string>();
    owners.set(route.loadBalancer, known);
    const key = suffixOf(route);
    const owner = known.get(key);
    if (owner === undefined) {
        known.set(key, scope.name);
        return;
    }
    throw new ProgramError(
        `App "${scope.name}": App "${owner}" has the route ${route.path} of LoadBalancer "${route.loadBalancer.name}" too, and ` +
            `Front Door refuses two equal ones. Let this one join it, with countries of its own: joins: "${scope.stack}/${owner}".`,
    );
}

function checkOtherwise(scope: Scope, route: RouteRequest): void {
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

/** The app whose route a route joins: names follow from it, so no stack needs the other one's outputs. */
export function routeOwner(scope: Scope, route: RouteRequest): Owner {
    const parts = (route.joins ?? "").split("/");
    const [project, stack, name] = parts.length === 2 ? [scope.project, ...parts] : parts;
    if (parts.length > 3 || project === undefined || stack === undefined || name === undefined) {
        throw new ProgramError(
            `App "${scope.name}": joins is "${route.joins}"; allowed: "<stack>/<app>" or "<project>/<stack>/<app>".`,
        );
    }
    return { project, stack, name };
}

/** A part of a route, for the names of what it is made of. */
export function partOf(part: string, route: RouteRequest): string {
    return `${part}-${suffixOf(route)}`;
}

/** What tells the routes of an app apart. */
export function suffixOf({ host, path }: RouteRequest): string {
    return shortHash(`${host ?? ""} ${path}`, 8);
}
