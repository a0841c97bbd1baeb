import type { RouteRequest } from "../contract.js";

type Matched = Pick<RouteRequest, "host" | "path" | "stripPrefix">;

/** A rule may compare this many values in all. */
const MOST_VALUES = 5;
export const TOO_MANY_PATHS =
    "an app with blueGreen or canary can have two paths per load balancer (one with a host), all under the same host.";

/** What a rule compares, in the load balancer's own wildcards. */
export function conditionsOf(routes: readonly Matched[]) {
    const [first] = routes;
    const paths = routes.flatMap(({ path }) => patternsOf(path));
    return [
        ...(first?.host === undefined ? [] : [{ hostHeader: { values: [first.host] } }]),
        { pathPattern: { values: paths } },
    ];
}

/** Whether one rule can match all of these routes. */
export function fitOneRule(routes: readonly Matched[]): boolean {
    const hosts = new Set(routes.map(({ host }) => host));
    const strips = new Set(routes.map(({ stripPrefix, path }) => stripPrefix && path !== "/"));
    const values = conditionsOf(routes).flatMap(({ hostHeader, pathPattern }) => [
        ...(hostHeader?.values ?? []),
        ...(pathPattern?.values ?? []),
    ]);
    return hosts.size <= 1 && strips.size <= 1 && values.length <= MOST_VALUES;
}

/** A prefix of whole segments. */
function patternsOf(path: string): readonly string[] {
    if (path === "/") return ["/*"];
    const prefix = path.replace(/\/$/, "");
    return [prefix, `${prefix}/*`];
}

/** How a rule takes its prefixes off. */
export function rewriteOf(routes: readonly Matched[]): { readonly regex: string; readonly replace: string } {
    const prefixes = routes.map(({ path }) => escaped(path.replace(/^\/|\/$/g, "")));
    return { regex: `^/(?:${prefixes.join("|")})(?:/(.*))?$`, replace: "/$1" };
}

function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
