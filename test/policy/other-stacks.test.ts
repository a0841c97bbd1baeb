import { describe, expect, test } from "vitest";
import { judge, packOf } from "./support/judge.js";
import { resource } from "./support/render.js";

const intent = (kind: string, more: object = {}) => ({ kind, target: "aws", computed: [], ...more });
const db = resource("twelvefold:index:Database", intent("Database", { engine: "postgres", version: "17" }), {
    name: "db",
});

/** What a rule says about a stack that has the database, and exports this to be compared with. */
function compared(rule: string, compareWith: unknown) {
    const stack = resource("pulumi:pulumi:Stack", { compareWith }, { name: "shop-dev" });
    const { violations, notApplicable } = judge(packOf({ profile: "production" }).get(rule), [stack, db]);
    return { told: violations.map(({ message }) => message.split(";")[0]), notApplicable };
}

describe("stacks that the program shows", () => {
    const older = intent("Database", { engine: "postgres", version: "16" });

    test.each([
        ["intents by name", { db: older }],
        ["intents beside other outputs of a component", { db: { url: "postgresql://…", intent: older } }],
        ["all outputs of a stack", { url: "https://…", intents: { db: older } }],
    ])("%s", (_, staging) => {
        expect(compared("require-same-engines", { staging }).told).toEqual([
            "db is postgres 17, and postgres 16 in staging",
        ]);
        expect(compared("require-same-components", { staging })).toEqual({ told: [] });
    });

    test("each of several is compared, under its name", () => {
        const both = {
            staging: { db: older },
            preview: { db: intent("Database", { engine: "postgres", version: "15" }) },
        };
        expect(compared("require-same-engines", both).told).toEqual([
            "db is postgres 17, and postgres 16 in staging",
            "db is postgres 17, and postgres 15 in preview",
        ]);
    });

    test("what one of them does not show is not missing there", () => {
        expect(compared("require-same-components", { staging: { url: "https://…" } })).toEqual({
            told: [],
            notApplicable: 'staging exports no intent of Database "db"',
        });
    });

    test.each([[undefined], [null], ["staging"], [[]]])("nothing is compared with %j", (compareWith) => {
        expect(compared("require-same-engines", compareWith).notApplicable).toBe(
            "no other stack is named, in the output compareWith or in the setting stacks",
        );
    });
});
