import type { Attachable, Attachment, RouteRequest } from "../../providers/contract.js";
import type { Feature } from "../../providers/support.js";
import { type ArgsReader, compact } from "./args-reader.js";
import { attachedAs } from "./attach.js";
import { shown } from "./errors.js";
import { flag, hostName, listOf, pathPrefix, text, unknownKeys, wholeNumber } from "./fields.js";

/** A path of a load balancer that an app serves. Longer paths win over shorter ones. */
export interface RouteArgs {
    /** The load balancer, of this stack or of another one. */
    readonly loadBalancer: Attachable<"LoadBalancer">;
    /** Host name that the route is for. Default: every host. */
    readonly host?: string | undefined;
    /** Path prefix of whole segments: "/orders" serves "/orders" and "/orders/1". */
    readonly path: string;
    /** Share of the path's requests, 0 to 100; the rest goes to `otherwise`. Default: all. */
    readonly percent?: number | undefined;
    /** The app that keeps the rest of the path's requests. */
    readonly otherwise?: Attachable<"App"> | undefined;
    /** Remove the path from what the app sees. Default: false. */
    readonly stripPrefix?: boolean | undefined;
    /** Countries whose users it serves, as ISO 3166-1 alpha-2 codes; for a geographic load balancer. Default: all. */
    readonly countries?: readonly string[] | undefined;
    /** Name of the same route in another region's stack, which this app serves too. */
    readonly joins?: string | undefined;
}

const KEYS = ["loadBalancer", "host", "path", "percent", "otherwise", "stripPrefix", "countries", "joins"] as const;
const OPTIONAL = ["host", "percent", "stripPrefix", "countries", "joins"] as const;
const countryList = listOf(text(/^[A-Z]{2}$/, 'a country code, for example "DE"'), {
    atLeast: 1,
    what: "country codes",
});

export interface ReadRoutes {
    readonly routes: readonly RouteRequest[];
    readonly asked: readonly Feature[];
}

export function readRoutes(args: ArgsReader<{ readonly routes?: readonly RouteArgs[] | undefined }>): ReadRoutes {
    const given = args.raw("routes");
    if (given === undefined) return { routes: [], asked: [] };
    if (!Array.isArray(given)) {
        args.problem(
            `routes is ${shown(given)}; allowed: a list of routes; an Output is not, because routes decide which resources exist.`,
        );
        return { routes: [], asked: [] };
    }
    const routes = (given as readonly RouteArgs[]).flatMap((route, index) =>
        readRoute(args, route, `routes[${index}]`),
    );
    for (const [index, route] of routes.entries()) claim(args, route, `routes[${index}]`);
    args.remember("routes", routes.map(intentOf));
    const asked = new Set<Feature>(routes.length > 0 ? ["App.routes"] : []);
    for (const route of given as readonly RouteArgs[]) {
        // Asking for the default is not asking (docs/adr/0007).
        for (const key of OPTIONAL)
            if (route?.[key] !== undefined && route[key] !== false) asked.add(`App.routes.${key}`);
    }
    return { routes, asked: [...asked] };
}

function readRoute(args: ArgsReader<object>, route: RouteArgs, where: string): RouteRequest[] {
    if (typeof route !== "object" || route === null) {
        args.problem(`${where} is ${shown(route)}; allowed: an object with ${KEYS.join(", ")}.`);
        return [];
    }
    const problems = unknownKeys(Object.keys(route), KEYS, where);
    const loadBalancer = attachedAs(route.loadBalancer, "LoadBalancer");
    if (!loadBalancer) {
        problems.push(
            `${where}.loadBalancer is ${shown(route.loadBalancer)}; allowed: a LoadBalancer, or LoadBalancer.fromStack(…).`,
        );
    }
    const otherwise = route.otherwise === undefined ? undefined : attachedAs(route.otherwise, "App");
    if (route.otherwise !== undefined && !otherwise) {
        problems.push(`${where}.otherwise is ${shown(route.otherwise)}; allowed: an App.`);
    }
    problems.push(...pathPrefix(route.path, `${where}.path`));
    if (route.host !== undefined) problems.push(...hostName(route.host, `${where}.host`));
    if (route.percent !== undefined)
        problems.push(...wholeNumber(0, 100, "percent")(route.percent, `${where}.percent`));
    if (route.stripPrefix !== undefined) problems.push(...flag(route.stripPrefix, `${where}.stripPrefix`));
    if (route.countries !== undefined) problems.push(...countryList(route.countries, `${where}.countries`));
    if (route.percent !== undefined && route.otherwise === undefined && route.percent !== 100) {
        problems.push(
            `${where}.percent is ${shown(route.percent)}, and nobody serves the rest; name the app that does in otherwise.`,
        );
    }
    if (route.otherwise !== undefined && route.percent === undefined) {
        problems.push(`${where}.otherwise is given without percent; say which share this app takes.`);
    }
    args.problems.push(...problems);
    if (problems.length > 0 || !loadBalancer) return [];
    return [
        compact<RouteRequest>({
            loadBalancer,
            host: route.host,
            path: route.path,
            percent: route.percent,
            otherwise,
            stripPrefix: route.stripPrefix ?? false,
            countries: route.countries ?? [],
            joins: route.joins,
        }),
    ];
}

// Paths that apps of this program have on each load balancer. Keyed by the attachment object, which lives as long as
// the program that made it.
const claims = new WeakMap<Attachment<"LoadBalancer">, Map<string, { app: string; shares: boolean }>>();

/** Two apps on one path without a share would depend on chance; so would one app twice. */
function claim(args: ArgsReader<object>, route: RouteRequest, where: string): void {
    const taken = claims.get(route.loadBalancer) ?? new Map<string, { app: string; shares: boolean }>();
    claims.set(route.loadBalancer, taken);
    const key = `${route.host ?? ""} ${route.path} ${[...route.countries].sort().join(",")}`;
    const shares = route.otherwise !== undefined;
    const other = taken.get(key);
    if (!other) {
        taken.set(key, { app: args.componentName, shares });
        return;
    }
    // The app that keeps the rest may have the path itself; that is where a strangler begins.
    if (shares && route.otherwise?.name === other.app && !other.shares) return;
    const path = `${route.host ?? "every host"} ${route.path}`;
    args.problem(
        other.app === args.componentName
            ? `${where} serves ${path} of LoadBalancer "${route.loadBalancer.name}" a second time; keep one.`
            : `${where} serves ${path} of LoadBalancer "${route.loadBalancer.name}", which App "${other.app}" serves already. ` +
                  `Choose another path, or share it: percent: …, otherwise: ${other.app}.`,
    );
}

function intentOf(route: RouteRequest): object {
    const { loadBalancer, otherwise, ...rest } = route;
    return compact({ ...rest, loadBalancer: loadBalancer.name, otherwise: otherwise?.name });
}
