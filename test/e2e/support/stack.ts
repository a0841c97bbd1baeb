import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type AppStatus, connect, type SupervisorClient } from "#dist/providers/local/client.js";
import { socketFolder } from "#dist/providers/local/paths.js";
import { serverAccount } from "#dist/providers/local/postgres/account.js";
import { clusterFolders } from "#dist/providers/local/postgres/folders.js";
import type { AppSpec, ResultOf, RolloutSpec, SecretResultOf } from "#dist/providers/local/spec.js";
import { digestContext } from "#dist/providers/local/supervisor/app/source.js";
import { processesMentioning } from "../../support/leftovers.js";

const CODE = path.join(__dirname, "app");
const MODULES = path.resolve(__dirname, "..", "..", "..", "node_modules");
const GONE_SECONDS = 10;

/** What is special about an app; the rest has defaults. */
export type AppChange = Partial<Omit<AppSpec, "source" | "rollout" | "health">> & {
    readonly version: string;
    /** See app/web.js. */
    readonly behaviour?: string;
    readonly rollout?: Partial<RolloutSpec>;
    readonly health?: Partial<AppSpec["health"]>;
    readonly secrets?: Readonly<Record<string, string>>;
};

/** A stack of the local target, asked for as Pulumi's provider does it, but without the seconds that pulumi itself takes. */
export class LocalStack {
    private constructor(
        private readonly root: string,
        readonly home: string,
        readonly client: SupervisorClient,
        /** Of its load balancer. */
        readonly url: string,
    ) {}

    private get place() {
        return { secrets: {}, projectRoot: this.root };
    }

    static async create(): Promise<LocalStack> {
        const root = mkdtempSync("/tmp/tf-");
        cpSync(CODE, path.join(root, "app"), { recursive: true });
        symlinkSync(MODULES, path.join(root, "node_modules"));
        const home = path.join(root, "home");
        const client = await connect(home, { start: true });
        const place = { secrets: {}, projectRoot: root };
        await client.apply("platform", "platform", { ...place, spec: { project: "rollouts", stack: "dev" } });
        const balancer = {
            algorithm: "roundRobin",
            port: 0,
            idleTimeoutSeconds: 60,
            allowedCidrs: [],
            accessLogs: false,
            proxyProtocol: false,
        } as const;
        const { result } = await client.apply("balancer", "front", { ...place, spec: balancer });
        return new LocalStack(root, home, client, result.url);
    }

    /** A release of the app, or only a change of it; the lines are its progress. */
    async apply(app: string, change: AppChange): Promise<ResultOf<"app"> & { readonly lines: readonly string[] }> {
        const { version, behaviour = "", rollout, health, secrets = {}, environment, ...rest } = change;
        const spec: AppSpec = {
            source: { context: "app", digest: digestContext(path.join(this.root, "app")).digest },
            process: "web",
            listens: true,
            cpu: 0.25,
            memoryMiB: 128,
            replicas: 2,
            environment: { VERSION: version, BEHAVIOUR: behaviour, MARK: this.root, ...environment },
            stopTimeoutSeconds: 5,
            routes: [{ home: this.home, balancer: "front", path: "/", stripPrefix: false }],
            ...rest,
            health: {
                readinessPath: "/readyz",
                livenessPath: "/healthz",
                startupSeconds: 30,
                intervalSeconds: 1,
                timeoutSeconds: 2,
                failureThreshold: 3,
                ...health,
            },
            rollout: {
                strategy: "rolling",
                steps: [],
                bakeSeconds: 0,
                ...rollout,
                rollbackOn: { alarms: [], ...rollout?.rollbackOn },
            },
        };
        const lines: string[] = [];
        const body = { spec, secrets, projectRoot: this.root };
        const { result } = await this.client.apply("app", app, body, { onProgress: (line) => lines.push(line) });
        return { ...result, lines };
    }

    /** A database. @returns its URL, with its password */
    async database(name: string): Promise<string> {
        const spec = { version: "17", extensions: [], deletionProtection: false };
        return (await this.client.apply("database", name, { spec, ...this.place })).secretResult.url;
    }

    async queue(name: string): Promise<SecretResultOf<"queue">> {
        const spec = {
            visibilityTimeoutSeconds: 30,
            maxDeliveries: 5,
            retentionSeconds: 3600,
            delaySeconds: 0,
            fifo: false,
        };
        return (await this.client.apply("queue", name, { spec, ...this.place })).secretResult;
    }

    /** Changes the app's code. */
    edit(file: string, from: string, to: string): void {
        const target = path.join(this.root, "app", file);
        const text = readFileSync(target, "utf8");
        if (!text.includes(from)) throw new Error(`${file} does not hold ${from}.`);
        writeFileSync(target, text.replace(from, to));
    }

    async app(name: string): Promise<AppStatus> {
        const found = (await this.client.status()).apps.find((app) => app.name === name);
        if (found === undefined) throw new Error(`There is no app "${name}".`);
        return found;
    }

    /** Removes it all. @throws Error that lists what was left behind */
    async dispose(): Promise<void> {
        const { postgresFolder } = this;
        const left: string[] = [];
        try {
            const { apps, queues, databases } = await this.client.status();
            for (const { name } of apps) await this.client.remove("app", name);
            for (const { name } of queues) await this.client.remove("queue", name);
            for (const { name } of databases) await this.client.remove("database", name);
            await this.client.remove("balancer", "front");
            await this.client.remove("platform", "platform");
            const deadline = performance.now() + GONE_SECONDS * 1000;
            while (this.processes().length > 0 && performance.now() < deadline) await sleep(50);
            left.push(...this.processes().map(({ pid, command }) => `process ${pid}: ${command}`));
            left.push(...[this.home, socketFolder(this.home), postgresFolder].filter(existsSync));
        } finally {
            for (const { pid } of this.processes()) process.kill(pid, "SIGKILL");
            rmSync(this.root, { recursive: true, force: true });
        }
        if (left.length > 0) throw new Error(`The stack left something behind:\n${left.join("\n")}`);
    }

    /** Outside of the home when root runs the tests. */
    private get postgresFolder(): string {
        return clusterFolders(this.home, serverAccount()).base;
    }

    private processes() {
        return processesMentioning(this.root, this.postgresFolder);
    }
}
