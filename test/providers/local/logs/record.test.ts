import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLine } from "#dist/providers/local/logs/index.js";
import { formatRecord, isAtLeast, readRecord } from "#dist/providers/local/logs/record.js";
import { record } from "./temporary.js";

describe("a line", () => {
    test.each([
        ['{"level":"info","msg":"hello"}', "info"],
        ['{"severity":"WARNING","message":"x"}', "warn"],
        ['{"level":"CRITICAL"}', "fatal"],
        ['{"level":30}', "info"],
        ['{"level":50,"severity":"info"}', "error"],
        ['{"level":35}', "info"],
        ['{"level":"audit"}', "audit"],
        ['{"level":{"a":1}}', undefined],
        ['{"level":70}', undefined],
        ["{}", undefined],
    ])("%s has level %s and keeps its fields", (line, level) => {
        expect(parseLine(line)).toEqual({ fields: JSON.parse(line), ...(level === undefined ? {} : { level }) });
    });

    test.each([
        "",
        "plain",
        "ERROR: no",
        "{",
        "{}x",
        "{not json}",
        "[1]",
        "null",
        '"{}"',
        "{]}",
    ])("%s has neither", (line) => expect(parseLine(line)).toEqual({}));

    test("__proto__ in a line is a field like another", () => {
        const { fields } = parseLine('{"__proto__":{"polluted":true}}');
        expect(Object.keys(fields ?? {})).toEqual(["__proto__"]);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });
});

test.each([
    ["error", "warn", true],
    ["warn", "warn", true],
    ["info", "warn", false],
    [undefined, "trace", false],
    ["audit", "info", false],
    ["audit", "AUDIT", true],
    ["error", "audit", false],
    ["fatal", "critical", true],
])("level %s is at least %s: %s", (level, wanted, expected) => expect(isAtLeast(level, wanted)).toBe(expected));

const json = fc.oneof(
    fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc
        .dictionary(fc.string(), fc.jsonValue())
        .map((value) => JSON.stringify(value, undefined, "\t").replaceAll("\n", " ")),
    fc.constant('{"fields":{"fields":1},"a":",\\"fields\\":{"}'),
    fc.constant('{"n":12345678901234567890,"a":1,"a":2}'),
);
const plain = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));

test("any record is one line, and comes back exactly as it was", () => {
    fc.assert(
        fc.property(
            fc.oneof(json, plain),
            plain,
            plain,
            fc.constantFrom("stdout", "stderr"),
            (line, app, replica, stream) => {
                const written = record(line, { app, replica, stream, ...parseLine(line) });
                const text = formatRecord(written);
                expect(text.indexOf("\n")).toBe(text.length - 1);
                expect(readRecord(text.slice(0, -1))).toEqual(written);
            },
        ),
        { numRuns: 500 },
    );
});

test("a torn record is none", () => {
    const text = formatRecord(record('{"a":{"b":1}}', parseLine('{"a":{"b":1}}')));
    for (let length = 0; length < text.length - 1; length++) expect(readRecord(text.slice(0, length))).toBeUndefined();
    for (const other of ["null", "1", "[]", "{}", '{"time":1,"line":"x"}', '{"time":"x"}']) {
        expect(readRecord(other)).toBeUndefined();
    }
});
