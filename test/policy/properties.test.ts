/** Inputs that nobody wrote: parts of a violation that are unknown, of a wrong type, missing or huge. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CATALOG } from "#dist/policy/index.js";
import { plain, type Resource } from "#dist/policy/resource.js";
import { UNKNOWN } from "#dist/policy/values.js";
import { CASES } from "./fixtures/index.js";
import type { Case } from "./support/cases.js";
import { type Judged, judge, packOf, withExport } from "./support/judge.js";

const RUNS = 40;
const judgedCases = CASES.filter(({ silent }) => !silent);

function judged({ rule, others }: Case, resources: readonly Resource[]): Judged {
    const policy = packOf({ profile: "production" }).get(rule);
    if (others === undefined) return judge(policy, resources);
    return withExport(others, (file) => judge(policy, resources, { stacks: [file] }));
}

type Path = readonly (string | number)[];

/** Every place in a value, the value itself left out. */
function places(value: unknown, path: Path = []): Path[] {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, entry]) => {
        const here = [...path, Array.isArray(value) ? Number(key) : key];
        return [here, ...places(entry, here)];
    });
}

function replaced(value: unknown, path: Path, by: unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined) return by;
    if (Array.isArray(value)) return value.map((entry, index) => (index === key ? replaced(entry, rest, by) : entry));
    return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}

function removed(value: unknown, path: Path): unknown {
    const [key, ...rest] = path;
    if (Array.isArray(value)) {
        return rest.length === 0
            ? value.filter((_, index) => index !== key)
            : value.map((entry, index) => (index === key ? removed(entry, rest) : entry));
    }
    return Object.fromEntries(
        Object.entries(value as object).flatMap(([name, entry]) => {
            if (name !== key) return [[name, entry]];
            return rest.length === 0 ? [] : [[name, removed(entry, rest)]];
        }),
    );
}

/** A case that fails, and a place in one of its resources. */
const somewhere = fc
    .constantFrom(...judgedCases)
    .chain((entry) =>
        fc.record({ entry: fc.constant(entry), index: fc.nat({ max: entry.fail.length - 1 }), seed: fc.nat() }),
    )
    .map(({ entry, index, seed }) => {
        const found = places(entry.fail[index]?.props);
        return { entry, index, path: found[seed % Math.max(1, found.length)] };
    });

function changed(entry: Case, index: number, change: (props: Resource["props"]) => unknown): readonly Resource[] {
    return entry.fail.map((given, at) =>
        at === index ? { ...given, props: change(given.props) as Resource["props"] } : given,
    );
}

/** Where a violation turns into a pass when one part of it is replaced. */
function passesWith(change: (value: unknown) => unknown): string[] {
    return judgedCases.flatMap((entry) =>
        entry.fail.flatMap((given, index) =>
            places(given.props).flatMap((path) => {
                const original = path.reduce(
                    (value: unknown, key) => (value as Record<string, unknown>)[key],
                    given.props,
                );
                const resources = changed(entry, index, (props) => replaced(props, path, change(original)));
                const { violations, notApplicable } = judged(entry, resources);
                const passes = violations.length === 0 && notApplicable === undefined;
                return passes
                    ? [`${entry.rule} on ${entry.type ?? entry.platform}, ${given.name}: ${path.join(".")}`]
                    : [];
            }),
        ),
    );
}

describe("what is not known is not passed", () => {
    test("wherever something of a violation is unknown, the rule fails or does not apply", () => {
        expect(passesWith(() => UNKNOWN)).toEqual([]);
    });

    test("wherever something of a violation is of a wrong type, the rule fails or does not apply", () => {
        expect(passesWith((value) => (typeof value === "object" ? 7 : { not: "documented" }))).toEqual([]);
    });

    test("with all properties unknown nothing passes", () => {
        for (const entry of judgedCases) {
            const resources = entry.fail.map((given) => ({
                ...given,
                props: Object.fromEntries(Object.keys(given.props).map((key) => [key, UNKNOWN])),
            }));
            const { violations, notApplicable } = judged(entry, resources);
            const empty = entry.fail.every(({ props }) => Object.keys(props).length === 0);
            if (!empty) expect(violations.length > 0 || notApplicable !== undefined, entry.rule).toBe(true);
        }
    });
});

describe("nothing crashes a rule", () => {
    test("missing blocks", () => {
        fc.assert(
            fc.property(somewhere, ({ entry, index, path }) => {
                if (path === undefined) return;
                judged(
                    entry,
                    changed(entry, index, (props) => removed(props, path)),
                );
            }),
            { numRuns: RUNS * 25 },
        );
    });

    test("anything at any place", () => {
        fc.assert(
            fc.property(somewhere, fc.anything(), ({ entry, index, path }, junk) => {
                if (path === undefined) return;
                judged(
                    entry,
                    changed(entry, index, (props) => replaced(props, path, junk)),
                );
            }),
            { numRuns: RUNS * 25 },
        );
    });

    test("anything instead of all properties, for every type that a rule looks at", () => {
        const types = [...new Set(CATALOG.flatMap((entry) => entry.types ?? []))];
        fc.assert(
            fc.property(fc.constantFrom(...types), fc.dictionary(fc.string(), fc.anything()), (type, props) => {
                const given: Resource = {
                    type,
                    name: "it",
                    urn: `urn:pulumi:dev::shop::${type}::it`,
                    props,
                    protect: false,
                    ignoreChanges: [],
                    dependencies: [],
                };
                for (const policy of packOf({ profile: "production" }).values()) judge(policy, [given]);
            }),
            { numRuns: RUNS * 5 },
        );
    });

    test("megabytes, in a few seconds", () => {
        const text = "a/b=c:&& ;npm install --x y ".repeat(80_000);
        const env = Array.from({ length: 20_000 }, (_, index) => ({ name: `N${index}`, value: text.slice(0, 60) }));
        const container = { name: "app", image: text, command: ["sh", "-c", text], env, args: [text] };
        const definitions = JSON.stringify([{ ...container, environment: env }]);
        const started = performance.now();
        for (const [type, props] of [
            [
                "kubernetes:apps:Deployment",
                { spec: { template: { spec: { containers: [container, { env: [{ name: "X", value: text }] }] } } } },
            ],
            ["aws:ecs:TaskDefinition", { containerDefinitions: definitions }],
            ["aws:ecs:TaskDefinition", { containerDefinitions: "[".repeat(1_000_000) }],
            ["kubernetes:core:ConfigMap", { data: { big: text } }],
        ] as const) {
            const given = {
                type,
                name: "it",
                urn: "urn:pulumi:dev::shop::big::it",
                props,
                protect: false,
                ignoreChanges: [],
                dependencies: [],
            };
            for (const policy of packOf({ profile: "production" }).values()) judge(policy, [given]);
        }
        expect(performance.now() - started).toBeLessThan(20_000);
    });

    test("properties that are deeper than any resource are cut, not followed", () => {
        let deep: unknown = "end";
        for (let depth = 0; depth < 100_000; depth++) deep = { deep };
        expect(plain({ deep })).toHaveProperty("deep");
    });
});
