import * as net from "node:net";
import { normalHost, normalPath } from "./router.js";
import { type ListenerConfig, ProxyError, type RouteConfig, type SourceConfig } from "./types.js";

/** What the proxy was told, as it is written down. Pure functions; they throw a ProxyError and change nothing. */
export interface Table {
    readonly listeners: readonly ListenerConfig[];
    readonly sources: readonly SourceConfig[];
}

/** @throws ProxyError 400 when a listener's configuration is not usable. */
export function checkListener(value: unknown): ListenerConfig {
    const where = "listener";
    const config = record(value, where);
    const id = text(config.id, `${where}.id`);
    const at = `${where} "${id}"`;
    const serves = record(config.serves, `${at}: serves`);
    if (typeof serves.balancer !== "string" && typeof serves.source !== "string") {
        wrong(`${at}: serves`, serves, '{ "balancer": name } or { "source": key }');
    }
    port(config.port, `${at}: port`);
    if (config.algorithm !== "roundRobin" && config.algorithm !== "leastConnections") {
        wrong(`${at}: algorithm`, config.algorithm, '"roundRobin" or "leastConnections"');
    }
    number(config.idleTimeoutSeconds, `${at}: idleTimeoutSeconds`, 1, 86_400);
    flag(config.proxyProtocol, `${at}: proxyProtocol`);
    for (const cidr of list(config.allowedCidrs, `${at}: allowedCidrs`)) checkCidr(cidr, `${at}: allowedCidrs`);
    if (config.accessLogFile !== undefined) text(config.accessLogFile, `${at}: accessLogFile`);
    if (config.tls !== undefined) {
        const tls = record(config.tls, `${at}: tls`);
        port(tls.port, `${at}: tls.port`);
        if (tls.port === config.port) wrong(`${at}: tls.port`, tls.port, "another port than the plain one");
        text(tls.certFile, `${at}: tls.certFile`);
        text(tls.keyFile, `${at}: tls.keyFile`);
        flag(tls.redirect, `${at}: tls.redirect`);
    }
    return value as ListenerConfig;
}

/** @throws ProxyError 400 when a source's configuration is not usable. */
export function checkSource(value: unknown): SourceConfig {
    const config = record(value, "source");
    text(config.key, "source.key");
    const at = `source "${text(config.app, "source.app")}"`;
    for (const [index, item] of list(config.routes, `${at}: routes`).entries()) {
        checkRoute(record(item, `${at}: routes[${index}]`), `${at}: routes[${index}]`);
    }
    const ids = new Set<string>();
    for (const [index, item] of list(config.endpoints, `${at}: endpoints`).entries()) {
        const endpoint = record(item, `${at}: endpoints[${index}]`);
        const id = text(endpoint.id, `${at}: endpoints[${index}].id`);
        if (ids.has(id)) wrong(`${at}: endpoints[${index}].id`, id, "each id once");
        ids.add(id);
        port(endpoint.port, `${at}: endpoint "${id}".port`);
        text(endpoint.release, `${at}: endpoint "${id}".release`);
        if (endpoint.state !== "ready" && endpoint.state !== "standby" && endpoint.state !== "draining") {
            wrong(`${at}: endpoint "${id}".state`, endpoint.state, '"ready", "standby" or "draining"');
        }
    }
    if (config.weights !== undefined) {
        for (const [release, percent] of Object.entries(record(config.weights, `${at}: weights`))) {
            number(percent, `${at}: weights["${release}"]`, 0, 100);
        }
    }
    if (config.fallback !== undefined) text(config.fallback, `${at}: fallback`);
    path(config.readinessPath, `${at}: readinessPath`);
    return value as SourceConfig;
}

function checkRoute(route: Record<string, unknown>, at: string): void {
    text(route.balancer, `${at}.balancer`);
    path(route.path, `${at}.path`);
    if (route.host !== undefined) text(route.host, `${at}.host`);
    if (route.percent !== undefined) number(route.percent, `${at}.percent`, 0, 100);
    if (route.otherwise !== undefined) text(route.otherwise, `${at}.otherwise`);
    flag(route.stripPrefix, `${at}.stripPrefix`);
    if (route.percent !== undefined && route.percent !== 100 && route.otherwise === undefined) {
        wrong(`${at}.percent`, route.percent, "100, or a source in otherwise that serves the rest");
    }
}

/**
 * A place (balancer, host, path) belongs to one source; a second one may only take a share of it and leave the rest to
 * the first.
 *
 * @throws ProxyError 409 naming both apps.
 */
export function checkConflicts(others: Iterable<SourceConfig>, source: SourceConfig): void {
    const own = new Map<string, RouteConfig>();
    for (const route of source.routes) {
        const place = placeOf(route);
        if (own.has(place)) conflict(route, source.app, source.app);
        own.set(place, route);
    }
    for (const other of others) {
        if (other.key === source.key) continue;
        for (const theirs of other.routes) {
            const ours = own.get(placeOf(theirs));
            if (ours === undefined || shares(ours, theirs, other.key) || shares(theirs, ours, source.key)) continue;
            conflict(ours, source.app, other.app);
        }
    }
}

/** One takes a share and leaves the rest to the other, which has the place to itself. */
function shares(one: RouteConfig, other: RouteConfig, keyOfOther: string): boolean {
    return one.percent !== undefined && one.otherwise === keyOfOther && other.otherwise === undefined;
}

/** A listener that changes nothing must not be in the way of one that does: each port once. */
export function checkPorts(others: Iterable<ListenerConfig>, listener: ListenerConfig): void {
    const own = [listener.port, listener.tls?.port];
    for (const other of others) {
        if (other.id === listener.id) continue;
        const taken = [other.port, other.tls?.port].find((number) => number !== undefined && own.includes(number));
        if (taken !== undefined) {
            throw new ProxyError(
                `Port ${taken} of listener "${listener.id}" belongs to listener "${other.id}" of the same stack. Choose another port, or 0 to have one chosen.`,
                409,
            );
        }
    }
}

/** The address and prefix length of a CIDR block; a plain address is a block of one. */
export function parseCidr(cidr: string): { address: string; prefix: number; family: "ipv4" | "ipv6" } | undefined {
    const [address = "", length, more] = cidr.split("/");
    const version = net.isIP(address);
    const bits = version === 4 ? 32 : 128;
    const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
    if (version === 0 || more !== undefined || prefix < 0 || prefix > bits) return undefined;
    return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

function placeOf(route: RouteConfig): string {
    return JSON.stringify([
        route.balancer,
        route.host === undefined ? null : normalHost(route.host),
        normalPath(route.path),
    ]);
}

function conflict(route: RouteConfig, app: string, other: string): never {
    const place = `"${route.path}" of ${route.host ?? "every host"} on load balancer "${route.balancer}"`;
    throw new ProxyError(
        app === other
            ? `App "${app}" asks twice for ${place}. Keep one of the two routes.`
            : `Apps "${app}" and "${other}" both ask for ${place}. Give one of them another path or host, or let one take a share with percent and leave the rest to the other with otherwise.`,
        409,
    );
}

function wrong(where: string, value: unknown, allowed: string): never {
    throw new ProxyError(`${where} is ${JSON.stringify(value) ?? "missing"}; allowed: ${allowed}.`, 400);
}

function record(value: unknown, where: string): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) wrong(where, value, "an object");
    return value as Record<string, unknown>;
}

function list(value: unknown, where: string): unknown[] {
    if (!Array.isArray(value)) wrong(where, value, "a list");
    return value;
}

function text(value: unknown, where: string): string {
    if (typeof value !== "string" || value === "") wrong(where, value, "a text that is not empty");
    return value;
}

function path(value: unknown, where: string): void {
    if (typeof value !== "string" || !/^\/[\x21-\x7e]*$/.test(value)) wrong(where, value, 'a path such as "/orders"');
}

function flag(value: unknown, where: string): void {
    if (typeof value !== "boolean") wrong(where, value, "true or false");
}

function number(value: unknown, where: string, least: number, most: number): void {
    if (typeof value !== "number" || !(value >= least && value <= most)) wrong(where, value, `${least} to ${most}`);
}

function port(value: unknown, where: string): void {
    if (!Number.isInteger(value)) wrong(where, value, "a port, 1 to 65535");
    number(value, where, 1, 65_535);
}

function checkCidr(value: unknown, where: string): void {
    if (typeof value !== "string" || parseCidr(value) === undefined) {
        wrong(where, value, 'CIDR blocks such as "10.0.0.0/8" or "fd00::/8"');
    }
}
