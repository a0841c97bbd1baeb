import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifier, literal, sqlName } from "#dist/providers/local/postgres/names.js";
import { scramMatches, scramVerifier } from "#dist/providers/local/postgres/scram.js";

describe("sqlName", () => {
    it("keeps a name that is plain already", () => {
        expect(sqlName("shop_db2")).toBe("shop_db2");
    });

    it("makes other names plain, short and different from each other", () => {
        fc.assert(
            fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 80 }), { minLength: 2 }), (names) => {
                const made = names.map(sqlName);
                expect(new Set(made).size).toBe(names.length);
                for (const name of made) expect(name).toMatch(/^[a-z][a-z0-9_]{0,47}$/);
            }),
        );
    });

    it.each([
        "postgres",
        "template1",
        "pg_monitor",
        "twelvefold_queues",
        "public",
    ])("leaves %s to its owner", (name) => {
        expect(sqlName(name)).not.toBe(name);
    });

    it("tells names apart that differ in what is replaced", () => {
        expect(sqlName("shop-db")).not.toBe(sqlName("shop.db"));
    });
});

describe("quoting", () => {
    it("doubles the quotes inside", () => {
        expect(identifier('a"b')).toBe('"a""b"');
        expect(literal("a'b")).toBe("'a''b'");
    });
});

describe("SCRAM verifier", () => {
    it("is the one of RFC 7677's example", () => {
        // User "user", password "pencil", with that salt: the proofs of the RFC follow from these two keys.
        const verifier = scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"));
        expect(verifier).toBe(
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$" +
                "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        );
    });

    it("matches its password only", () => {
        const verifier = scramVerifier("right");
        expect(scramMatches("right", verifier)).toBe(true);
        expect(scramMatches("wrong", verifier)).toBe(false);
        expect(scramMatches("right", null)).toBe(false);
        expect(scramMatches("right", "md5abc")).toBe(false);
    });
});
