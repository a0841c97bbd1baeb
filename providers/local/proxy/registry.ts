import { drawn } from "./choose.js";
import { normalPath, Router } from "./router.js";
import { Source } from "./source.js";
import { checkConflicts } from "./table.js";
import type { RouteConfig, SourceConfig } from "./types.js";

interface Route extends RouteConfig {
    readonly source: Source;
}

/** Where a request goes. */
export interface Destination {
    readonly source: Source;
    /** Path to take off the request's target; undefined: none. */
    readonly strip: string | undefined;
}

/** All sources, and the routes to them. */
export class Registry {
    private readonly sources = new Map<string, Source>();
    private routers = new Map<string, Router<Route>>();

    constructor(private readonly chance: () => number = Math.random) {}

    configs(): SourceConfig[] {
        return [...this.sources.values()].map((source) => source.config);
    }

    entries(): IterableIterator<[string, Source]> {
        return this.sources.entries();
    }

    get(key: string): Source | undefined {
        return this.sources.get(key);
    }

    /** @throws ProxyError when a route of it belongs to another source; nothing has changed then. */
    put(config: SourceConfig): void {
        checkConflicts(this.configs(), config);
        const source = this.sources.get(config.key);
        if (source === undefined) this.sources.set(config.key, new Source(config));
        else source.configure(config);
        this.route();
    }

    delete(key: string): void {
        this.sources.get(key)?.close();
        this.sources.delete(key);
        this.route();
    }

    /**
     * The source that a request to a balancer goes to; `unrouted` when no route matches, `unknown` when the rest of a
     * shared route is for a source that is not here.
     */
    find(balancer: string, host: string | undefined, target: string): Destination | "unrouted" | "unknown" {
        const route = this.routers.get(balancer)?.match(host, target === "*" ? "/" : target);
        if (route === undefined) return "unrouted";
        const strip = route.stripPrefix ? route.path : undefined;
        if (route.otherwise === undefined || route.percent === undefined) return { source: route.source, strip };
        if (drawn(route.percent, this.chance())) return { source: route.source, strip };
        const source = this.sources.get(route.otherwise);
        return source === undefined ? "unknown" : { source, strip: stripOf(source, route) };
    }

    private route(): void {
        const byBalancer = new Map<string, Route[]>();
        for (const source of this.sources.values()) {
            for (const route of source.config.routes) {
                const routes = byBalancer.get(route.balancer) ?? [];
                // A route that shares goes before the one that it shares with.
                if (route.otherwise === undefined) routes.push({ ...route, source });
                else routes.unshift({ ...route, source });
                byBalancer.set(route.balancer, routes);
            }
        }
        this.routers = new Map([...byBalancer].map(([balancer, routes]) => [balancer, new Router(routes)]));
    }
}

/** Whoever gets the rest of a route sees the path as its own route to the same place says, or else whole. */
function stripOf(source: Source, route: Route): string | undefined {
    const own = source.config.routes.find(
        (one) =>
            one.balancer === route.balancer &&
            one.host === route.host &&
            normalPath(one.path) === normalPath(route.path),
    );
    return own?.stripPrefix ? own.path : undefined;
}
