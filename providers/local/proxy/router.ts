/** Which route serves a host and path: the longest path of whole segments, a host's own routes first. Pure. */

export interface Placed {
    readonly host?: string;
    readonly path: string;
}

export class Router<R extends Placed> {
    private readonly hosts = new Map<string, Map<string, R>>();
    private readonly wildcards = new Map<string, Map<string, R>>();
    private readonly anyHost = new Map<string, R>();

    /** Of routes with the same host and path the first counts. */
    constructor(routes: Iterable<R>) {
        for (const route of routes) {
            const paths = this.pathsOf(route.host);
            const path = normalPath(route.path);
            if (!paths.has(path)) paths.set(path, route);
        }
    }

    /**
     * @param host The Host header as it came, or undefined.
     * @param target The path, with or without a query.
     */
    match(host: string | undefined, target: string): R | undefined {
        const path = withoutQuery(target);
        if (host !== undefined && (this.hosts.size > 0 || this.wildcards.size > 0)) {
            const found = this.ofHost(normalHost(host), path);
            if (found !== undefined) return found;
        }
        return longest(this.anyHost, path);
    }

    private ofHost(host: string, path: string): R | undefined {
        const exact = this.hosts.get(host);
        const found = exact && longest(exact, path);
        if (found !== undefined) return found;
        // The nearest wildcard first: *.b.example.com before *.example.com.
        for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
            const paths = this.wildcards.get(host.slice(dot + 1));
            const route = paths && longest(paths, path);
            if (route !== undefined) return route;
        }
        return undefined;
    }

    private pathsOf(host: string | undefined): Map<string, R> {
        if (host === undefined) return this.anyHost;
        const name = normalHost(host);
        const [map, key] = name.startsWith("*.") ? [this.wildcards, name.slice(2)] : [this.hosts, name];
        let paths = map.get(key);
        if (paths === undefined) {
            paths = new Map();
            map.set(key, paths);
        }
        return paths;
    }
}

/** Lower case, without port and trailing dot. */
export function normalHost(host: string): string {
    const name = host.startsWith("[") ? host.slice(0, host.indexOf("]") + 1) : host.replace(/:\d*$/, "");
    return name.toLowerCase().replace(/\.$/, "");
}

/** Without trailing slashes: "" is the root. */
export function normalPath(path: string): string {
    return path.replace(/\/+$/, "");
}

/** The request target without a route's path, as a source sees it that has its prefix stripped. */
export function stripped(target: string, path: string): string {
    const rest = target.slice(normalPath(path).length);
    return rest.startsWith("/") ? rest : `/${rest}`;
}

function withoutQuery(target: string): string {
    const query = target.indexOf("?");
    return query < 0 ? target : target.slice(0, query);
}

/** Cuts segment after segment off the end until there is a route. */
function longest<R>(paths: Map<string, R>, path: string): R | undefined {
    // Most balancers have routes for a few first segments only.
    for (let prefix = path; ; prefix = prefix.slice(0, prefix.lastIndexOf("/"))) {
        const route = paths.get(prefix);
        if (route !== undefined) return route;
        if (prefix.lastIndexOf("/") < 0) return undefined;
    }
}
