import type { Resource } from "../../resource.js";
import { at, type Fields, UNKNOWN } from "../../values.js";

/** What a Twelvefold component of this kind was asked for; undefined for everything else. */
export function intentOf(resource: Resource, kind: string): Fields | undefined {
    if (resource.type !== `twelvefold:index:${kind}`) return undefined;
    // A component's inputs before it is made; among its outputs afterwards.
    const registered = at(resource.props, "intent");
    return typeof registered === "object" && registered !== null ? (registered as Fields) : resource.props;
}

/** A field of an intent; unknown where only the engine will know it. */
export function asked(intent: Fields, field: string): unknown {
    const computed = at(intent, "computed");
    if (Array.isArray(computed) && computed.includes(field)) return UNKNOWN;
    return at(intent, field);
}

/** Whether the component runs on this machine, where some things are not there to be judged. */
export function isLocal(intent: Fields): boolean {
    return at(intent, "target") === "local";
}
