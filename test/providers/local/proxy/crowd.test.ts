import fc from "fast-check";
import { expect, test } from "vitest";
import { Crowd, type Member } from "#dist/providers/local/proxy/crowd.js";

test("A crowd has those who entered and did not leave, as a set has", () => {
    fc.assert(
        fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (moves) => {
            const people = Array.from({ length: 10 }, (): Member => ({ place: -1 }));
            const crowd = new Crowd<Member>();
            const model = new Set<Member>();
            for (const move of moves) {
                const one = people[move] as Member;
                // Who is there leaves, who is not enters.
                const left = crowd.leave(one);
                expect(left).toBe(model.delete(one));
                if (!left) {
                    crowd.enter(one);
                    model.add(one);
                }
                expect(new Set(crowd)).toEqual(model);
                expect([...crowd]).toHaveLength(model.size);
            }
        }),
    );
});
