import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { isolatedEnvironment } from "../environment.js";
import { type Engine, pulumiOf } from "../index.js";
import { run } from "../run.js";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const STACK = "dev";

/**
 * The shop's stack on this machine, with state and configuration in a folder of its own: pulumi writes salts and secrets
 * beside Pulumi.yaml, and the checkout stays clean.
 */
export class Shop {
    private readonly environment: Record<string, string>;
    private readonly pulumi: string;

    constructor(
        engine: Engine,
        private readonly folder: string,
    ) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        this.environment = isolatedEnvironment(engine, folder);
        this.pulumi = pulumiOf(engine);
    }

    /**
     * Runs `pulumi up`, its output in sight.
     *
     * @returns how many resources were created or changed
     */
    async up(): Promise<number> {
        await this.configure();
        await this.visibly("up", "--yes", "--skip-preview", "--suppress-outputs");
        const history = await this.quietly("stack", "history", "--json", "--page-size", "1", "--stack", STACK);
        const [last] = JSON.parse(history) as { resourceChanges: Record<string, number> }[];
        const changes = Object.entries(last?.resourceChanges ?? {}).filter(([operation]) => operation !== "same");
        return changes.reduce((sum, [, count]) => sum + count, 0);
    }

    async destroy(): Promise<void> {
        if (!existsSync(this.configFile)) return;
        await this.visibly("destroy", "--yes", "--skip-preview");
        await this.quietly("stack", "rm", STACK, "--yes", "--preserve-config");
    }

    async url(): Promise<string> {
        return (await this.quietly("stack", "output", "url", "--stack", STACK)).trim();
    }

    async databaseUrl(): Promise<string> {
        const output = await this.quietly("stack", "output", "db", "--show-secrets", "--json", "--stack", STACK);
        return (JSON.parse(output) as { url: string }).url;
    }

    private async configure(): Promise<void> {
        writeFileSync(path.join(this.folder, "Pulumi.yaml"), this.project());
        if (!existsSync(this.configFile))
            copyFileSync(path.join(ROOT, "stacks", "shop", "Pulumi.dev.yaml"), this.configFile);
        await this.quietly("stack", "select", STACK, "--create");
        const { code } = await this.try("config", "get", "shop:sessionKey", "--stack", STACK);
        if (code !== 0) {
            const key = randomBytes(32).toString("hex");
            await this.quietly("config", "set", "--secret", "shop:sessionKey", key, "--stack", STACK);
        }
    }

    private get configFile(): string {
        return path.join(this.folder, `Pulumi.${STACK}.yaml`);
    }

    /** The shop's own project file, for a program that is some folders away. */
    private project(): string {
        const program = path.relative(this.folder, path.join(ROOT, "stacks", "shop", "index.ts"));
        return readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")
            .replace(/^main:.*$/m, `main: ${program}`)
            .replace(/^stackConfigDir:.*\n?/m, "");
    }

    private visibly(...args: string[]): Promise<void> {
        return new Promise((resolve, reject) => {
            const child = spawn(this.pulumi, [...args, "--non-interactive", "--stack", STACK], {
                cwd: this.folder,
                env: this.environment,
                stdio: ["ignore", "inherit", "inherit"],
            });
            child.once("error", reject);
            child.once("close", (code) => {
                if (code === 0) resolve();
                else reject(new Error(`pulumi ${args[0]} failed; what it said is above. Mend it and run this again.`));
            });
        });
    }

    private async quietly(...args: string[]): Promise<string> {
        const { code, stdout, stderr } = await this.try(...args);
        if (code !== 0) throw new Error(`pulumi ${args.join(" ")} failed: ${stderr.trim() || stdout.trim()}`);
        return stdout;
    }

    private try(...args: string[]) {
        return run(this.pulumi, [...args, "--non-interactive"], { cwd: this.folder, env: this.environment });
    }
}
