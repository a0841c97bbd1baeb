/** Who gets the next request. Pure: chance comes in as a number from 0 (inclusive) to 1 (exclusive). */

/** Endpoints that take turns, and whose turn it is. */
export class Turns<E extends { readonly inFlight: number }> {
    private next = 0;

    constructor(readonly endpoints: readonly E[]) {}

    roundRobin(): E | undefined {
        const { endpoints } = this;
        if (this.next >= endpoints.length) this.next = 0;
        return endpoints[this.next++];
    }

    /** The one with the fewest requests under way; those that have equally few take turns. */
    leastConnections(): E | undefined {
        const { endpoints } = this;
        if (this.next >= endpoints.length) this.next = 0;
        let best: E | undefined;
        let bestAt = 0;
        for (let step = 0; step < endpoints.length; step++) {
            const at = (this.next + step) % endpoints.length;
            const endpoint = endpoints[at];
            if (endpoint !== undefined && (best === undefined || endpoint.inFlight < best.inFlight)) {
                best = endpoint;
                bestAt = at;
            }
        }
        this.next = bestAt + 1;
        return best;
    }
}

/** True for `percent` of all chances; never for 0, always for 100. */
export function drawn(percent: number, chance: number): boolean {
    return chance * 100 < percent;
}

/**
 * The release that a request goes to, in proportion to the weights of those that can take it; undefined when none of
 * them has a weight.
 */
export function weighted(
    weights: Readonly<Record<string, number>>,
    releases: Iterable<string>,
    chance: number,
): string | undefined {
    const able = [...releases].filter((release) => (weights[release] ?? 0) > 0);
    const total = able.reduce((sum, release) => sum + (weights[release] ?? 0), 0);
    let rest = chance * total;
    for (const release of able) {
        rest -= weights[release] ?? 0;
        if (rest < 0) return release;
    }
    return able.at(-1);
}
