import type { Attachment } from "../contract.js";
import { ProgramError } from "../errors.js";

/** What decides which of two rules is asked first. */
export interface Match {
    readonly host?: string;
    readonly path: string;
    /** A rule that shares its path comes before one that has the same path to itself. */
    readonly shares: boolean;
}

const BAND = 1000;
const HALF = BAND / 2;
const DEEPEST = 7;
/** Rules above are for what users write by hand. */
export const LAST_PRIORITY = 48_000;

/**
 * The band of priorities of a match: the more specific, the earlier. An exact host before a wildcard before none; then the
 * longer path.
 */
export function bandOf({ host, path }: Pick<Match, "host" | "path">): number {
    const hosts = host === undefined ? 2 : host.startsWith("*") ? 1 : 0;
    const segments = path.split("/").filter((segment) => segment !== "").length;
    return 16 * hosts + 2 * (DEEPEST - Math.min(segments, DEEPEST)) + 1;
}

/**
 * The priority of a rule: from what it matches, so that adding a rule moves no other. A slot that is taken already gives
 * way to the next one of its half.
 */
export function priorityOf(match: Match, taken: ReadonlySet<number>): number | undefined {
    const first = 1 + BAND * bandOf(match) + (match.shares ? 0 : HALF);
    const slot = hash(`${match.host ?? ""}|${match.path}`) % HALF;
    for (let step = 0; step < HALF; step++) {
        const priority = first + ((slot + step) % HALF);
        if (!taken.has(priority)) return priority;
    }
    return undefined;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
    let value = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
    return value;
}

// Keyed by the attachment, which lives as long as the program that made it.
const listeners = new WeakMap<Attachment<"LoadBalancer">, Set<number>>();

/** Takes a priority on a listener, the given one or the one that follows from the match. */
export function takePriority(balancer: Attachment<"LoadBalancer">, match: Match, given?: number): number {
    const taken = listeners.get(balancer) ?? new Set<number>();
    listeners.set(balancer, taken);
    const where = `LoadBalancer "${balancer.name}"`;
    if (given !== undefined && taken.has(given)) {
        throw new ProgramError(`aws.priorities has ${given} for ${match.path}, which another rule of ${where} has.`);
    }
    const priority = given ?? priorityOf(match, taken);
    if (priority === undefined) {
        throw new ProgramError(`${where} has more than ${HALF} routes of the kind of ${match.path}; use a second one.`);
    }
    taken.add(priority);
    return priority;
}
