import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runProgram } from "twelvefold/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Build, buildDigest, buildKey } from "#dist/providers/build.js";

let context: string;

beforeEach(() => {
    context = mkdtempSync(path.join(tmpdir(), "tf-build-"));
    write("Dockerfile", "FROM scratch\n");
    write("app.js", "1");
});
afterEach(() => rmSync(context, { recursive: true }));

function write(file: string, text: string): void {
    const full = path.join(context, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
}

/** Each run of a program reads a folder once; each call here is a run. */
async function digest(build: Partial<Build> = {}, platform = "linux/amd64"): Promise<string> {
    return (await runProgram(() => buildDigest({ context, ...build }, platform))).value;
}

describe("a content digest", () => {
    test("changes with everything that Docker reads, and with nothing else", async () => {
        const seen = new Set([await digest()]);
        const changes = async (change: () => void) => {
            change();
            const now = await digest();
            expect(seen).not.toContain(now);
            seen.add(now);
            expect(await digest()).toBe(now);
        };
        await changes(() => write("app.js", "2"));
        await changes(() => write("folder/more.js", "2"));
        await changes(() => write("Dockerfile", "FROM scratch AS final\n"));
        await changes(() => chmodSync(path.join(context, "app.js"), 0o755));
        await changes(() => symlinkSync("app.js", path.join(context, "link.js")));
        const last = await digest();
        chmodSync(path.join(context, "Dockerfile"), 0o660);
        expect(await digest()).toBe(last);
        for (const other of [await digest({ target: "final" }), await digest({}, "linux/arm64")]) {
            expect(seen).not.toContain(other);
        }
    });

    test("leaves out what Docker leaves out", async () => {
        write(".dockerignore", "# comment\n*.md\n!KEEP.md\nlogs\n!logs/keep.txt\n**/*.tmp\n/secret.txt\n");
        const before = await digest();
        for (const file of ["README.md", "logs/a.txt", "deep/er/x.tmp", "secret.txt"]) write(file, "new");
        expect(await digest()).toBe(before);
        // Patterns count from the root, and the last one decides.
        for (const file of ["docs/README.md", "KEEP.md", "logs/keep.txt", "deep/secret.txt"]) {
            const last = await digest();
            write(file, "new");
            expect(await digest(), file).not.toBe(last);
        }
    });

    test("a Dockerfile may have an ignore file of its own", async () => {
        write("docker/Dockerfile", "FROM scratch\n");
        write("docker/Dockerfile.dockerignore", "*.md\n");
        const build = { dockerfile: "docker/Dockerfile" };
        const before = await digest(build);
        write("README.md", "new");
        expect(await digest(build)).toBe(before);
    });

    test("is one for one run: all apps of a run see one version", async () => {
        const { value } = await runProgram(() => {
            const first = buildDigest({ context }, "linux/amd64");
            write("app.js", "2");
            return [first, buildDigest({ context }, "linux/amd64")];
        });
        expect(value[1]).toBe(value[0]);
    });

    test.each([
        [
            { dockerfile: "Containerfile" },
            (): string =>
                `There is no ${path.join(context, "Containerfile")}. Write one, or name it with build.dockerfile.`,
        ],
        [
            { context: "/nowhere/at/all" },
            (): string =>
                "The build context /nowhere/at/all is not a folder. Set build.context to the folder of the code.",
        ],
    ])("says what is missing: %o", async (build, message) => {
        await expect(digest(build)).rejects.toThrow(message());
    });
});

test("builds share an image by context, Dockerfile, target and platform", () => {
    const key = buildKey({ context: "./app" }, "linux/amd64");
    expect(buildKey({ context: "app/", dockerfile: "./Dockerfile" }, "linux/amd64").replace("app/", "app")).toBe(key);
    const others = [
        buildKey({ context: "other" }, "linux/amd64"),
        buildKey({ context: "app", dockerfile: "Other" }, "linux/amd64"),
        buildKey({ context: "app", target: "web" }, "linux/amd64"),
        buildKey({ context: "app" }, "linux/arm64"),
    ];
    expect(new Set([key, ...others]).size).toBe(5);
});
