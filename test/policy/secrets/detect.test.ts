import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changes, entropy, isRandom } from "#dist/policy/secrets/entropy.js";
import { detectSecret } from "#dist/policy/secrets/index.js";
import { nameHint, wordsOf } from "#dist/policy/secrets/names.js";

describe("A value", () => {
    test.each([
        ["is a URL with a password in it", "DATABASE_URL", "postgresql://app:hunter2@db.internal:5432/shop"],
        ["is a URL with a password in it", "REDIS", "redis://:hunter2@cache:6379/0"],
        ["is a URL with a password in it", "BROKERS", "amqp://a.internal,amqp://u:p4ss@b.internal"],
        ["is a URL with a key in its query", "HOOK", "https://logic.example.com/run?api-version=1&sig=a8f0Kd91"],
        ["is a connection string with a password in it", "SQL", "Server=db;User Id=sa;Password=hunter2;"],
        ["is a private key in PEM form", "NOTES", "-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----"],
        ["is a literal, and its name says that it is a secret", "dbPassword", "changeme"],
        ["is a literal, and its name says that it is a secret", "CONFIG", '{"smtp":{"password":"changeme"}}'],
        ["is a URL with a password in it", "PACKED", Buffer.from("mysql://root:toor@db/x").toString("base64")],
    ])("%s: %s", (reason, name, value) => {
        expect(detectSecret(name, value)?.reason).toBe(reason);
    });

    test.each([
        ["DATABASE_URL", "postgresql://db.internal:5432/shop"],
        ["DATABASE_URL", "postgresql://app:$(DB_PASSWORD)@db.internal:5432/shop"],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable
        ["DB_PASSWORD", "${DB_PASSWORD}"],
        ["DB_PASSWORD_FILE", "/run/secrets/db"],
        ["DB_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-AbCdEf"],
        ["JWT_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----"],
        ["RELEASE", "d670460b4b4aece5915caf5c68d12f560a9fe3e4"],
        ["TOKEN_TTL_SECONDS", "3600"],
        ["PWD", "/srv/app"],
        ["ENABLE_PASSWORD_LOGIN", "true"],
    ])("is none: %s=%s", (name, value) => {
        expect(detectSecret(name, value)).toBeUndefined();
    });
});

test("A name says the same in every spelling", () => {
    for (const name of ["DB_PASSWORD", "dbPassword", "db-password", "db.password", "DBPassword"]) {
        expect(wordsOf(name), name).toEqual(["db", "password"]);
        expect(nameHint(name), name).toBe("secret");
    }
});

const alphanumeric = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

describe("For any input", () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json(), fc.base64String(), fc.webUrl());

    test("an answer is given, and it never repeats the value", () => {
        fc.assert(
            fc.property(anything, anything, (name, value) => {
                const found = detectSecret(name, value);
                if (found && value.trim().length > 8) expect(JSON.stringify(found)).not.toContain(value.trim());
            }),
        );
    });

    test("a password in a URL is found, whatever it is and whatever stands around it", () => {
        const password = fc.string({ unit: alphanumeric, minLength: 3, maxLength: 40 });
        fc.assert(
            fc.property(password, fc.constantFrom("", "x ", "a=b;"), (secret, before) => {
                expect(detectSecret("ANY", `${before}https://user:${secret}@host.example/x`)?.kind).toBe(
                    "url-password",
                );
            }),
        );
    });

    test("entropy and changes stay within their bounds", () => {
        fc.assert(
            fc.property(fc.string({ minLength: 1 }), (text) => {
                expect(entropy(text)).toBeGreaterThanOrEqual(0);
                expect(entropy(text)).toBeLessThanOrEqual(Math.log2(text.length) + 1e-9);
                expect(changes(text)).toBeLessThanOrEqual(1);
            }),
        );
    });

    test("a megabyte behind which a key stands is read to its end", () => {
        const found = detectSecret("NOTES", `${"all is well. ".repeat(80_000)}\npassword=hunter2hunter2`);
        expect(found?.kind).toBe("connection-string");
    });

    test.each([
        "a".repeat(1_000_000),
        "://".repeat(300_000),
        "a:".repeat(500_000),
        "x=".repeat(500_000),
        "eyJ".repeat(300_000),
        "-".repeat(1_000_000),
    ])("a hostile megabyte takes no more than a linear read (case %#)", (value) => {
        // Steps, not time: a pattern that backtracks would not come back at all.
        expect(() => detectSecret("VALUE", value)).not.toThrow();
    });
});

test("Words are not random, generated keys are", () => {
    for (const words of [
        "MyVeryLongClassNameForHandler2WithMore",
        "shop-web-production-eu-central-1",
        "ThisIsASentence99",
    ]) {
        expect(isRandom(words), words).toBe(false);
    }
    expect(isRandom("q8ZtW3nVb0Xy7KdLr2MfPj5Hs1Gc4Ua9")).toBe(true);
});
