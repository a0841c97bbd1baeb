/** What every folder of a service owes, whatever is in it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { command, procfile } from "./service.js";

const STACKS = path.resolve(__dirname, "../../../stacks");
const folders = readdirSync(STACKS, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "Procfile" && !file.includes("node_modules"))
    .map((file) => path.dirname(file));

/** What twelvefold/runtime loads for the URL of a queue; an image has only what its package.json names. */
const QUEUE_CLIENTS = ["@aws-sdk/client-sqs", "rhea"];

const read = (...parts: string[]) => readFileSync(path.join(STACKS, ...parts), "utf8");

it("finds the services of all programs", () => {
    expect(folders.sort()).toEqual([
        "reviews/service",
        "shop/catalog",
        "shop/service",
        "strangler/legacy",
        "strangler/orders",
    ]);
});

describe.each(folders)("%s", (folder) => {
    it("has a file for each Procfile entry, and a web entry", () => {
        const entries = procfile(folder);
        expect(entries.map(([name]) => name)).toContain("web");
        for (const [, line] of entries) {
            const [program, file = ""] = line.split(" ");
            expect(["node", "python3"]).toContain(program);
            expect(existsSync(path.join(STACKS, folder, file))).toBe(true);
        }
    });

    it("has an image that runs the web entry as an unprivileged user, by number, without a shell", () => {
        const lines = read(folder, "Dockerfile").split("\n");
        expect(lines).toContain("USER 10001:10001");
        const start = lines.find((line) => line.startsWith("CMD ")) ?? "";
        expect(JSON.parse(start.slice("CMD ".length))).toEqual(command(folder, "web").split(" "));
        expect(lines.indexOf("USER 10001:10001")).toBeLessThan(lines.indexOf(start));
        expect(read(folder, ".dockerignore").split("\n")).toContain("Dockerfile");
    });

    it("declares every package that it imports, the clients of its queues, and nothing else, and imports no file outside of it", () => {
        const files = readdirSync(path.join(STACKS, folder)).filter((file) => file.endsWith(".js"));
        const imported = files.flatMap((file) =>
            [...read(folder, file).matchAll(/from "([^"]+)"/g)].map(([, name]) => name ?? ""),
        );
        const packages = new Set(
            imported.filter((name) => !/^(node:|\.\/)/.test(name)).map((name) => name.split("/")[0]),
        );
        const uses = files.some((file) => read(folder, file).includes("openQueue")) ? QUEUE_CLIENTS : [];
        const declared = files.length > 0 ? JSON.parse(read(folder, "package.json")).dependencies : undefined;
        expect([...packages, ...uses].sort()).toEqual(Object.keys(declared ?? {}).sort());
        expect(imported.filter((name) => name.startsWith("../"))).toEqual([]);
    });
});

// Services are deployed alone, so each has its copy of the small files that they share; a copy must not drift.
it.each([
    ["server.js", ["shop/service", "strangler/orders", "reviews/service"]],
    ["log.js", ["shop/service", "strangler/orders", "reviews/service"]],
    ["settings.js", ["shop/service", "strangler/orders", "reviews/service"]],
    ["unavailable.js", ["shop/service", "strangler/orders", "reviews/service"]],
    ["database.js", ["shop/service", "reviews/service"]],
    ["server.py", ["shop/catalog", "strangler/legacy"]],
])("%s is the same in all folders that have it", (file, owners) => {
    expect(folders.filter((folder) => existsSync(path.join(STACKS, folder, file))).sort()).toEqual([...owners].sort());
    expect(new Set(owners.map((owner) => read(owner, file))).size).toBe(1);
});
