import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAtLeast, OLDEST_VERSION } from "#dist/engine/versions.js";
import { ENGINE_MILLISECONDS, testEngine } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";

const THING = `
const pulumi = require("@pulumi/pulumi");
class Thing extends pulumi.CustomResource {
    constructor(name, value) {
        const provider = "exports.handler=()=>({create:async(i)=>({id:'made',outs:i}),update:async(id,o,n)=>({outs:n}),diff:async(id,o,n)=>({changes:o.value!==n.value})})";
        super("pulumi-nodejs:dynamic/test:Thing", name, { value, __provider: provider });
    }
}
`;

describe("the engine, really", { timeout: 120_000 }, () => {
    beforeAll(testEngine, ENGINE_MILLISECONDS);

    it("is one that this library is tested with, or later", async () => {
        const { version } = await testEngine();
        expect(isAtLeast(version, OLDEST_VERSION)).toBe(true);
    });

    describe("with a program", () => {
        let project: PulumiProject;
        const userHome = mkdtempSync(path.join(os.tmpdir(), "twelvefold-user-"));
        const secret = "canary-a3f1";

        beforeAll(async () => {
            // What a user who is logged in to the Pulumi Cloud has.
            mkdirSync(path.join(userHome, ".pulumi"));
            writeFileSync(path.join(userHome, ".pulumi", "credentials.json"), '{"current":"https://api.pulumi.com"}');
            project = await PulumiProject.create({
                files: { "index.js": `${THING}new Thing("one", 1); exports.answer = 42;` },
                secrets: { token: secret },
                environment: { HOME: userHome },
            });
        });

        afterAll(async () => {
            await project.dispose();
            rmSync(userHome, { recursive: true, force: true });
        });

        it("previews, deploys, and finds nothing to do the second time", async () => {
            expect((await project.preview()).changes).toMatchObject({ created: 2 });
            expect((await project.up()).changes).toMatchObject({ created: 2, errored: 0 });
            expect(await project.outputs()).toEqual({ answer: 42 });
            expect((await project.up()).changes).toEqual({
                created: 0,
                updated: 0,
                deleted: 0,
                replaced: 0,
                same: 2,
                errored: 0,
            });
            expect((await project.refresh()).changes).toMatchObject({ updated: 0, same: 2 });
        });

        it("updates what the program changes, through dynamic providers", async () => {
            project.write("index.js", `${THING}new Thing("one", 2);`);
            expect((await project.up()).changes).toMatchObject({ updated: 1, same: 1 });
        });

        it("shows a failing program's message, and reports the failure", async () => {
            project.write("index.js", 'throw new (require("@pulumi/pulumi").RunError)("no such thing");');
            const run = await project.preview({ expectFailure: true });
            expect(run.stdout).toContain("error: no such thing");
            await expect(project.preview()).rejects.toThrow("no such thing");
        });

        it("writes no colours where there is no terminal", async () => {
            const { stdout } = await project.preview({ expectFailure: true });
            expect(stdout).not.toContain("\u001b[");
        });

        it("touches neither the login nor the home of the user", () => {
            expect(readdirSync(userHome)).toEqual([".pulumi"]);
            expect(readdirSync(path.join(userHome, ".pulumi"))).toEqual(["credentials.json"]);
        });

        it("keeps secrets encrypted, with a passphrase that only this user can read", async () => {
            const folder = path.join(project.root, "pulumi");
            expect(statSync(path.join(folder, "passphrase")).mode & 0o777).toBe(0o600);
            const configuration = readFileSync(path.join(project.folder, "Pulumi.dev.yaml"), "utf8");
            expect(configuration).toContain("test:token:");
            expect(configuration).not.toContain(secret);
            expect((await project.run(["config", "get", "token", "--stack", "dev"])).stdout.trim()).toBe(secret);
        });
    });

    it("tells what a stack left behind", async () => {
        const project = await PulumiProject.create({
            files: {
                "index.js":
                    'require("node:child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).unref();',
            },
        });
        await project.up();
        await expect(project.dispose(1)).rejects.toThrow(/process \d+: sleep 600/);
        expect(() => statSync(project.root)).toThrow("ENOENT");
    });

    it("shares a backend between projects that refer to each other", async () => {
        const first = await PulumiProject.create({ files: { "index.js": "exports.answer = 42;" } });
        const second = await PulumiProject.create({
            beside: first,
            files: {
                "Pulumi.yaml": "name: second\nruntime: nodejs\nmain: index.js\n",
                "index.js": `const pulumi = require("@pulumi/pulumi");
                    exports.seen = new pulumi.StackReference("organization/test/dev").getOutput("answer");`,
            },
        });
        try {
            await first.up();
            await second.up();
            expect(await second.outputs()).toEqual({ seen: 42 });
        } finally {
            await second.dispose();
            await first.dispose();
        }
    });

    it("recovers from a pulumi that was killed while it made something: cancel, then up", async () => {
        const project = await PulumiProject.create({
            files: {
                "index.js": `
                    const pulumi = require("@pulumi/pulumi");
                    const provider = "exports.handler=()=>({create:async(i)=>{const fs=require('fs');" +
                        "fs.appendFileSync('created','x');while(!fs.existsSync('go'))await new Promise((r)=>setTimeout(r,50));return{id:'made',outs:i}}})";
                    new pulumi.CustomResource("pulumi-nodejs:dynamic/test:Slow", "slow", { __provider: provider });`,
            },
        });
        const created = path.join(project.folder, "created");
        const { child, finished } = project.start(["up", "--yes", "--skip-preview", "--stack", "dev"]);
        await expect.poll(() => existsSync(created), { timeout: 30_000 }).toBe(true);
        child.kill("SIGKILL");
        expect((await finished).code).toBeNull();

        const locked = await project.up({ expectFailure: true });
        expect(locked.stdout + locked.stderr).toMatch(/currently locked by 1 lock.*pulumi cancel/s);
        await project.cancel();
        expect(project.endOrphans()).toBeGreaterThan(0);
        project.write("go", "");
        expect((await project.up()).changes).toMatchObject({ created: 1 });
        expect(readFileSync(created, "utf8")).toBe("xx");

        expect((await project.exportState()).deployment.pending_operations).toMatchObject([{ type: "creating" }]);
        await project.refresh({ args: ["--clear-pending-creates"] });
        expect((await project.exportState()).deployment.pending_operations ?? []).toEqual([]);
        await project.dispose();
    });
});
