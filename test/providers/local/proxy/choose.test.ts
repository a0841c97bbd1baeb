import fc from "fast-check";
import { expect, test } from "vitest";
import { drawn, Turns, weighted } from "#dist/providers/local/proxy/choose.js";

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const weights = fc.dictionary(fc.constantFrom("1", "2", "3", "4"), fc.integer({ min: 0, max: 100 }));

test("Round robin gives everybody the same number of turns", () => {
    fc.assert(
        fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (count, rounds) => {
            const endpoints = Array.from({ length: count }, () => ({ inFlight: 0, got: 0 }));
            const turns = new Turns(endpoints);
            for (let turn = 0; turn < count * rounds; turn++) (turns.roundRobin() as { got: number }).got++;
            expect(endpoints.every(({ got }) => got === rounds)).toBe(true);
        }),
    );
});

test("Least connections always takes one that nobody is below, and equals take turns", () => {
    fc.assert(
        fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), fc.nat(20), (loads, steps) => {
            const turns = new Turns(loads.map((inFlight) => ({ inFlight })));
            for (let step = 0; step <= steps; step++) {
                expect(turns.leastConnections()?.inFlight).toBe(Math.min(...loads));
            }
        }),
    );
    const endpoints = [0, 0, 0].map((inFlight) => ({ inFlight }));
    const turns = new Turns(endpoints);
    const taken = [1, 2, 3].map(() => turns.leastConnections());
    expect(new Set(taken).size).toBe(3);
});

test("Nobody there, nobody chosen", () => {
    expect(new Turns([]).roundRobin()).toBeUndefined();
    expect(new Turns([]).leastConnections()).toBeUndefined();
});

test("0 percent is never drawn and 100 always", () => {
    fc.assert(
        fc.property(chance, (value) => {
            expect(drawn(0, value)).toBe(false);
            expect(drawn(100, value)).toBe(true);
        }),
    );
});

test("A release without weight, or that cannot take a request, gets none", () => {
    fc.assert(
        fc.property(weights, fc.subarray(["1", "2", "3", "4"]), chance, (given, able, value) => {
            const release = weighted(given, able, value);
            const candidates = able.filter((one) => (given[one] ?? 0) > 0);
            if (candidates.length === 0) expect(release).toBeUndefined();
            else expect(candidates).toContain(release);
        }),
    );
});

test("Releases get their share of evenly spread chances to the request", () => {
    const counts: Record<string, number> = {};
    for (let at = 0; at < 1000; at++) {
        const release = weighted({ "1": 90, "2": 10 }, ["1", "2"], at / 1000) as string;
        counts[release] = (counts[release] ?? 0) + 1;
    }
    expect(counts).toEqual({ "1": 900, "2": 100 });
});
