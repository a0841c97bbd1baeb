/** A stack of a real engine in a temporary folder: nothing of the user's login, state or plugins is read or written. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import environmentModule from "#dist/engine/environment.js";
import engineModule from "#dist/engine/index.js";
import progressModule from "#dist/engine/progress.js";

const progress = progressModule.progressOn(process.stderr);
const engine = await engineModule.ensureEngine(progress);

export class Stack {
    folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-bench-shop-"));
    #environment;

    /**
     * @param {string} name of the project
     * @param {string} program its main file
     * @param {Record<string, string>} config without secrets
     */
    constructor(name, program, config) {
        // State of local targets too; one folder to remove at the end.
        this.#environment = {
            ...environmentModule.isolatedEnvironment(engine, path.join(this.folder, "pulumi")),
            XDG_STATE_HOME: path.join(this.folder, "state"),
        };
        mkdirSync(path.join(this.folder, "state"));
        const settings = Object.entries(config).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`);
        const tsconfig = path.relative(
            path.dirname(program),
            path.resolve(import.meta.dirname, "../../stacks/tsconfig.run.json"),
        );
        writeFileSync(
            path.join(this.folder, "Pulumi.yaml"),
            `name: ${name}\nruntime:\n    name: nodejs\n    options:\n        typescript: true\n        tsconfig: ${tsconfig}\n` +
                `main: ${path.relative(this.folder, program)}\n`,
        );
        writeFileSync(path.join(this.folder, "Pulumi.dev.yaml"), `config:\n${settings.join("")}`);
    }

    async create(secrets = {}) {
        await this.pulumi("stack", "init", "dev");
        for (const [key, value] of Object.entries(secrets)) {
            await this.pulumi("config", "set", "--secret", key, value, "--stack", "dev");
        }
    }

    /** Runs one operation; how long it took, in milliseconds. */
    async time(operation, ...flags) {
        const start = performance.now();
        await this.pulumi(operation, "--stack", "dev", ...flags);
        return performance.now() - start;
    }

    async pulumi(...args) {
        const child = spawn(engineModule.pulumiOf(engine), [...args, "--non-interactive"], {
            cwd: this.folder,
            env: this.#environment,
            stdio: ["ignore", "pipe", "pipe"],
        });
        const chunks = { stdout: "", stderr: "" };
        for (const stream of ["stdout", "stderr"]) {
            child[stream].setEncoding("utf8").on("data", (text) => {
                chunks[stream] += text;
            });
        }
        const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
        if (code !== 0)
            throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${chunks.stdout}${chunks.stderr}`);
        return chunks.stdout;
    }

    /** Also when something failed half way: what runs is stopped by the same destroy that a user would call. */
    async remove() {
        try {
            if (existsSync(path.join(this.folder, "pulumi", "state", ".pulumi")))
                await this.time("destroy", "--yes", "--skip-preview");
        } finally {
            rmSync(this.folder, { recursive: true, force: true });
        }
    }
}
