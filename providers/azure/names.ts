import { createHash } from "node:crypto";
import type { Scope } from "../contract.js";
import { fit, shortHash } from "../naming.js";

/** Who a thing belongs to: a component of a stack of a project. */
export type Owner = Pick<Scope, "project" | "stack" | "name">;

/** Longest names that Azure takes (design page, section 1). */
export const LIMITS = {
    group: 90,
    network: 64,
    environment: 60,
    app: 31,
    identity: 128,
    vault: 24,
    secret: 127,
    registry: 50,
    server: 63,
    namespace: 50,
    queue: 260,
    sasRule: 50,
    workspace: 63,
    profile: 64,
    endpoint: 46,
    /** Origin groups, origins, routes, custom domains. */
    part: 50,
    /** Web application firewall policies: letters and digits. */
    policy: 64,
    /** Rule sets and their rules: letters and digits. */
    rules: 60,
    alert: 80,
} as const;

type Thing = keyof typeof LIMITS;

/** Things whose names have no hyphens. */
const ALPHANUMERIC: readonly Thing[] = ["registry", "policy", "rules"];

const HASH = 8;

/**
 * The physical name of a thing: the component's name, cut, and a hash of who owns it. Many names are global, and
 * auto-naming knows no limit, so every name is explicit; it never follows from the order of creation.
 */
export function nameOf(owner: Owner, thing: Thing, part = ""): string {
    const hash = shortHash(`${owner.project}/${owner.stack}/${owner.name}/${part === "" ? thing : part}`, HASH);
    const limit = LIMITS[thing];
    if (ALPHANUMERIC.includes(thing)) return `${owner.name.replaceAll("-", "").slice(0, limit - HASH)}${hash}`;
    return `${fit(owner.name, limit - HASH - 1)}-${hash}`;
}

/**
 * The name of a secret inside a Container App: lower case and hyphens. Two variables never get one name.
 *
 * @param variable name of an environment variable
 */
export function secretName(variable: string): string {
    const legal = variable
        .toLowerCase()
        .replaceAll("_", "-")
        .replace(/^-+|-+$/g, "");
    const same = legal.toUpperCase().replaceAll("-", "_") === variable;
    return fit(same ? legal : `${legal === "" ? "x" : legal}-${shortHash(variable, 8)}`, LIMITS.app);
}

/** The name of a database: hyphens would need quotes, and some names are the server's own. */
export function databaseName(component: string): string {
    const name = component.replaceAll("-", "_");
    return /^(?:pg_|azure_|postgres$|template[01]$)/.test(name) ? `app_${name}` : name;
}

/** A GUID that follows from a text (RFC 9562, version 5 with the URL namespace). */
export function guidOf(text: string): string {
    const namespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
    const hash = createHash("sha1").update(namespace).update(text).digest();
    hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
    hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = hash.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
