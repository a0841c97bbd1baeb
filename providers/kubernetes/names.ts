import { fit as cut, shortHash } from "../naming.js";

/** Limits of the API server and of the operators' webhooks (design page, section 1). */
export const LIMITS = { namespace: 63, label: 63, service: 63, cronJob: 52, cluster: 50, resource: 253 } as const;

/**
 * A name of lower-case letters, digits and single hyphens. Project and stack names may hold more; what is lost on the way
 * is made up for by a hash, so that two names stay two.
 */
export function dnsName(text: string, limit: number): string {
    const legal = text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "");
    return cut(legal === text ? legal : `${legal === "" ? "x" : legal}-${shortHash(text, 4)}`, limit);
}

/** The namespace of a stack. */
export function namespaceName(project: string, stack: string): string {
    return dnsName(`${project}-${stack}`, LIMITS.namespace);
}

/** A value that a label may have: what is not allowed becomes a hyphen. */
export function labelValue(text: string): string {
    const legal = text.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
    return cut(legal, LIMITS.label);
}

/** The name of a database or a role: hyphens would need quotes, and some names are PostgreSQL's or the operator's own. */
export function postgresName(component: string): string {
    const name = component.replaceAll("-", "_");
    return /^(?:pg_|cnpg_|postgres$|template[01]$|streaming_replica$)/.test(name) ? `app_${name}` : name;
}
