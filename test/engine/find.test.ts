import { symlinkSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { findOnPath } from "#dist/engine/find.js";
import { isAtLeast } from "#dist/engine/versions.js";
import { environmentWith, fakeEngine, program, temporary } from "./fakes.js";

describe("findOnPath", () => {
    it("takes an installation that is whole", async () => {
        const bin = fakeEngine(temporary(), "3.301.2");
        expect(await findOnPath(environmentWith(bin))).toEqual({ binFolder: bin, version: "3.301.2" });
    });

    it("looks beside the file that a link points to", async () => {
        const installed = fakeEngine(temporary());
        const bin = temporary();
        symlinkSync(path.join(installed, "pulumi"), path.join(bin, "pulumi"));
        expect(await findOnPath(environmentWith(bin))).toEqual({ binFolder: bin, version: "3.220.0" });
    });

    it("finds the language host elsewhere on PATH", async () => {
        const bin = temporary();
        program(bin, "pulumi", "echo v3.220.0");
        expect(await findOnPath(environmentWith(bin, fakeEngine(temporary())))).toMatchObject({ binFolder: bin });
    });

    it.each([
        ["echo v3.219.9", (file: string) => `${file} is version 3.219.9, and 3.220.0 or later is needed`],
        ["echo v2.99.0", (file: string) => `${file} is version 2.99.0, and 3.220.0 or later is needed`],
        ["echo broken >&2; exit 3", (file: string) => `"${file} version" failed: broken`],
        ["echo whatever", (file: string) => `"${file} version" failed: whatever`],
        ["exit 4", (file: string) => `"${file} version" failed: exit code 4`],
        [
            "echo v3.220.0",
            (file: string) =>
                `${file} has no pulumi-language-nodejs, no pulumi-resource-pulumi-nodejs, no pulumi-analyzer-policy beside it or on PATH`,
        ],
    ])("says why not: %s", async (script, reason) => {
        const bin = temporary();
        const file = program(bin, "pulumi", script);
        expect(await findOnPath(environmentWith(bin))).toBe(reason(file));
    });

    it("does not take a folder for a program, nor a relative path", async () => {
        const bin = temporary();
        program(path.join(bin, "pulumi"), "x", "");
        expect(await findOnPath({ ...environmentWith(), PATH: `${bin}:.:` })).toBe("there is no pulumi");
        expect(await findOnPath({})).toBe("there is no pulumi");
    });
});

it.each([
    ["3.220.0", "3.220.0", true],
    ["3.221.0", "3.220.9", true],
    ["4.0.0", "3.220.0", true],
    ["3.99.0", "3.220.0", false],
    ["1.24", "1.24.7", false],
    ["1.26", "1.24.7", true],
])("isAtLeast(%s, %s) is %s", (version, oldest, expected) => expect(isAtLeast(version, oldest)).toBe(expected));
