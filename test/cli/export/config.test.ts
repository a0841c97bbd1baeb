import fc from "fast-check";
import { expect, test } from "vitest";
import { configurationOf } from "#dist/cli/export/config.js";

test("values become texts, as Pulumi hands them to a program", () => {
    expect(
        configurationOf(
            "shop",
            {
                replicas: 2,
                region: { type: "string", default: "here" },
                "aws:region": { value: "there" },
                odd: { type: "string" },
            },
            { "shop:replicas": 3, "shop:names": ["a", "b"], "shop:on": true },
            { "shop:region": "elsewhere" },
        ),
    ).toEqual({
        config: {
            "shop:replicas": "3",
            "shop:region": "elsewhere",
            "aws:region": "there",
            "shop:names": '["a","b"]',
            "shop:on": "true",
        },
        secretKeys: [],
    });
});

test("a secret is a placeholder wherever it stands, and marks its key", () => {
    const stack = {
        "shop:key": { secure: "v1:abc" },
        "twelvefold:kubernetes": { registry: { server: "r", password: { secure: "v1:def" } } },
        "shop:list": [{ secure: "v1:ghi" }],
    };
    expect(configurationOf("shop", {}, stack, {})).toEqual({
        config: {
            "shop:key": "(secret)",
            "twelvefold:kubernetes": '{"registry":{"server":"r","password":"(secret)"}}',
            "shop:list": '["(secret)"]',
        },
        secretKeys: ["shop:key", "twelvefold:kubernetes", "shop:list"],
    });
});

test("what is given on the command line is no secret any more", () => {
    const { config, secretKeys } = configurationOf("shop", {}, { "shop:key": { secure: "v1:abc" } }, { key: "open" });
    expect({ config, secretKeys }).toEqual({ config: { "shop:key": "open" }, secretKeys: [] });
});

test("no ciphertext ever gets into a program", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant({ secure: "v1:ciphertext" }));
    const { value } = fc.letrec((tie) => ({
        value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value")), fc.dictionary(fc.string(), tie("value"))),
    }));
    fc.assert(
        fc.property(value, (value) => {
            const { config, secretKeys } = configurationOf("shop", {}, { "shop:any": value }, {});
            const holds = JSON.stringify(value).includes("v1:ciphertext");
            expect(config["shop:any"]).not.toContain("v1:ciphertext");
            expect(secretKeys).toEqual(holds ? ["shop:any"] : []);
        }),
    );
});
