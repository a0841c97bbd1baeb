import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { platformRecord } from "twelvefold/testing";
import { afterEach, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { runShop } from "../../support/stacks.js";
import { runExport } from "./command.js";

interface KubernetesObject {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
}

function objectsIn(text: string): KubernetesObject[] {
    return parseAllDocuments(text).map((document) => (document as { toJS(): KubernetesObject }).toJS());
}

const folders: string[] = [];
afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A project of its own, with the repository's packages. */
function projectWith(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(path.join(tmpdir(), "tf-export-"));
    folders.push(folder);
    symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
    const all = { "Pulumi.yaml": "name: test\nruntime: nodejs\nmain: index.js\n", "package.json": "{}", ...files };
    for (const [name, text] of Object.entries(all)) writeFileSync(path.join(folder, name), text);
    return folder;
}

describe("programs of this repository, unchanged", { timeout: 120_000 }, () => {
    test("the shop's objects are those that its program asks for, and no secret is printed", async () => {
        const { stdout, stderr, code } = await runExport(
            "--format",
            "kubernetes",
            "--stack",
            "staging",
            "-c",
            "shop:sessionKey=hidden-key",
        );
        expect({ code, stderr }).toMatchObject({
            code: 0,
            stderr: expect.stringContaining("Invented, for want of an answer"),
        });
        const recording = await runShop({ target: "kubernetes", stack: "staging" });
        const asked = recording.resources
            .filter(({ type, id }) => type.startsWith("kubernetes:") && !type.endsWith(":Secret") && id === undefined)
            .map(({ type }) => type.split(":").at(-1))
            .sort();
        const objects = objectsIn(stdout);
        expect(objects.map(({ kind }) => kind).sort()).toEqual(asked);
        expect(objects[0]?.kind).toBe("Namespace");
        expect(stdout).not.toMatch(/hidden-key|\(secret\)|kind: Secret/);
        expect(stdout).toMatch(/# The Secret web-secrets-[0-9a-f]{8} in the namespace shop-staging has to exist/);
        // A release command comes before the pods that need it.
        const place = (kind: string, name: RegExp) =>
            objects.findIndex((o) => o.kind === kind && name.test(o.metadata.name));
        expect(place("Job", /^web-release/)).toBeLessThan(place("Deployment", /^web-app/));
    });

    test("the strangler's target is all that differs from this machine", async () => {
        const folder = ["--cwd", "stacks/strangler", "--stack", "dev"];
        const { stdout, code } = await runExport(
            "--format",
            "kubernetes",
            ...folder,
            "-c",
            "twelvefold:target=kubernetes",
        );
        expect(code).toBe(0);
        const kinds = objectsIn(stdout).map(({ kind }) => kind);
        expect(kinds.filter((kind) => kind === "Deployment")).toHaveLength(2);
        expect(kinds.filter((kind) => kind === "HTTPRoute")).toHaveLength(2);
        const local = await runExport("--format", "kubernetes", ...folder);
        expect(local.code).toBe(1);
        expect(local.stderr).toContain(
            "strangler/dev has the target local. Set it with: pulumi config set twelvefold:target kubernetes",
        );
    });
});

describe("projects", { timeout: 60_000 }, () => {
    const kubernetes = ["--format", "kubernetes", "--stack", "dev", "-c", "twelvefold:target=kubernetes"];
    const app = 'new (require("twelvefold").App)("web", { image: "registry.example.com/web:1", port: 8080 });';

    test("answers stand in for the cluster and for registries, and nothing is invented then", async () => {
        const digest = `sha256:${"b".repeat(64)}`;
        const record = platformRecord({ gateway: { className: "x", from: [], drainSeconds: 42 } });
        const folder = projectWith({
            "index.js": app,
            "answers.json": JSON.stringify({
                resources: { "twelvefold-system/twelvefold-platform": record },
                calls: {
                    "docker:index/getRegistryImage:getRegistryImage registry.example.com/web:1": {
                        sha256Digest: digest,
                    },
                },
            }),
        });
        const { stdout, stderr } = await runExport(
            ...kubernetes,
            "--cwd",
            folder,
            "--answers",
            path.join(folder, "answers.json"),
        );
        expect(stderr).toBe("");
        expect(stdout).toContain(`image: registry.example.com/web@${digest}`);
        expect(stdout).toContain("seconds: 42");
    });

    test("what a program prints does not get into the YAML, and one that ends its process is told from one that is done", async () => {
        const chatty = projectWith({ "index.js": `console.log("chatter"); ${app}` });
        const { stdout, stderr } = await runExport(...kubernetes, "--cwd", chatty);
        expect(stdout).not.toContain("chatter");
        expect(stderr).toContain("chatter");
        const quitter = projectWith({ "index.js": "process.exit(3);" });
        const { stderr: end, code } = await runExport(...kubernetes, "--cwd", quitter);
        expect({ end, code }).toEqual({
            end: "The program ended its process (exit code 3) before it was done.\n",
            code: 1,
        });
    });

    test("an error of the program is told in its own words", async () => {
        const folder = projectWith({
            "index.js": 'new (require("twelvefold").App)("web", { image: "r.example.com/x:1", prot: 1 });',
        });
        const { stderr, code } = await runExport(...kubernetes, "--cwd", folder);
        expect(code).toBe(1);
        expect(stderr).toBe('App "web": prot is not an argument; did you mean "port"?\n');
    });

    test("a program without a target is told to choose one", async () => {
        const folder = projectWith({ "index.js": app });
        const { stderr } = await runExport("--format", "kubernetes", "--stack", "dev", "--cwd", folder);
        expect(stderr).toContain("twelvefold:target is not set; allowed: local, kubernetes, aws or azure.");
    });

    test("ES modules, functions as programs, and TypeScript among them", async () => {
        const map = 'new ConfigMap("made", { data: { folder: process.cwd() } });';
        const modules = projectWith({
            "package.json": '{ "type": "module" }',
            "index.js": `import { ConfigMap } from "@pulumi/kubernetes/core/v1/index.js"; export default async () => { ${map} };`,
        });
        const typed = projectWith({
            "package.json": '{ "type": "module" }',
            "Pulumi.yaml": "name: test\nruntime: nodejs\nmain: index.ts\n",
            "index.ts": `import { ConfigMap } from "@pulumi/kubernetes/core/v1/index.js"; const kind: string = "typed"; ${map}`,
        });
        for (const folder of [modules, typed]) {
            const { stdout, stderr } = await runExport("--format", "kubernetes", "--stack", "dev", "--cwd", folder);
            expect(stderr).toBe("");
            expect(stdout).toContain(`folder: ${folder}`);
        }
    });

    test.each([
        ["an unknown format", ["--format", "helm"], '--format is "helm"; allowed:'],
        [
            "no project",
            ["--format", "kubernetes", "--cwd", "/"],
            "There is no Pulumi.yaml in / or above it. Choose a project with --cwd.",
        ],
        ["several stacks", ["--format", "kubernetes"], "Choose one with --stack."],
        [
            "answers that are not there",
            ["--format", "kubernetes", "--answers", "/none"],
            "--answers is /none, which does not exist.",
        ],
    ])("%s", async (_, args, message) => {
        const { stderr, code, stdout } = await runExport(...args);
        expect(stderr).toContain(message);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    });
});
