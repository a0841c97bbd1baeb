import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import { TARGETS } from "#dist/providers/contract.js";
import { packagesOf } from "#dist/providers/registry.js";

/** What the files of a folder import, as paths from the root of the repository, or as names of packages. */
function importsOf(folder: string): [file: string, imported: string][] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
        .flatMap((file) => {
            const full = path.join(folder, file);
            const text = readFileSync(full, "utf8");
            const names = [...text.matchAll(/(?:from|import|require\()\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
            return names.map((name): [string, string] => [
                full,
                name.startsWith(".") ? path.join(path.dirname(full), name) : name,
            ]);
        });
}

const CLOUD_SDKS = /^@pulumi\/(?!pulumi($|\/))/;

function offenders(folder: string, forbidden: (imported: string, file: string) => boolean): string[] {
    return importsOf(folder)
        .filter(([file, imported]) => forbidden(imported, file))
        .map(([file, imported]) => `${file} imports ${imported}`);
}

describe("dependencies point one way", () => {
    test("components know the contract and its neighbours, no target and no cloud SDK", () => {
        expect(offenders("components", (name) => CLOUD_SDKS.test(name) || /^providers\/[^/]+\//.test(name))).toEqual(
            [],
        );
    });

    test("targets know the contract, not the components and not each other", () => {
        const foreign = (name: string, file: string) => {
            const target = /^providers\/([^/]+)\//.exec(name)?.[1];
            return name.startsWith("components/") || (target !== undefined && !file.startsWith(`providers/${target}/`));
        };
        // The registry is the one file that names every target.
        expect(offenders("providers", (name, file) => file !== "providers/registry.ts" && foreign(name, file))).toEqual(
            [],
        );
    });

    test("the local target and the runtime need no cloud SDK", () => {
        for (const folder of ["providers/local", "runtime", "cli", "engine", "testing"]) {
            expect(offenders(folder, (name) => CLOUD_SDKS.test(name))).toEqual([]);
        }
    });

    test("the registry names what each target's folder imports, and nothing else is the user's to install", () => {
        const optional = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).peerDependenciesMeta);
        for (const target of TARGETS.filter((name) => name !== "local")) {
            const packages = importsOf(`providers/${target}`).map(
                ([, name]) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? "",
            );
            const needed = optional.filter((name) => packages.includes(name));
            expect([...packagesOf(target)].sort(), target).toEqual(needed.sort());
        }
    });

    test("policies know intents and type tokens: no component, no target, no cloud SDK", () => {
        const foreign = (name: string) => /^(components|providers)\//.test(name);
        const sdk = (name: string) => CLOUD_SDKS.test(name) && name !== "@pulumi/policy";
        expect(offenders("policy", (name) => foreign(name) || sdk(name))).toEqual([]);
    });

    test("programs import the package by its name", () => {
        expect(offenders("stacks", (name) => /^(components|providers|dist)\//.test(name))).toEqual([]);
    });

    test("public declaration files name no cloud SDK", () => {
        const declarations = readdirSync("dist/components", { recursive: true, encoding: "utf8" })
            .filter((file) => file.endsWith(".d.ts"))
            .map((file) => readFileSync(path.join("dist/components", file), "utf8"));
        expect(declarations.length).toBeGreaterThan(8);
        for (const text of declarations) expect(text).not.toMatch(/@pulumi\/(?!pulumi["/])/);
    });
});
