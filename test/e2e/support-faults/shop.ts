import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { connect, type StackStatus, type SupervisorClient } from "#dist/providers/local/client.js";
import { homeOf } from "#dist/providers/local/paths.js";
import { serverAccount } from "#dist/providers/local/postgres/account.js";
import { clusterFolders } from "#dist/providers/local/postgres/folders.js";
import { supervisorOf } from "#dist/providers/local/supervisor/lock.js";
import { processesMentioning } from "../../support/leftovers.js";
import { type ProjectOptions, PulumiProject, type Run } from "../../support/pulumi.js";

const PROGRAM = path.join(__dirname, "program");
const APP_PROCESS = /\bnode (web|worker|migrate)\.js/;

/** A point in the course of a command. */
export interface Moment {
    /** When it has written so many lines, or this. */
    readonly after: number | RegExp;
    /** Time since then. */
    readonly milliseconds: number;
}

/** The program of `program/`, deployed by pulumi itself, to be hit by faults. */
export class Shop {
    private constructor(readonly project: PulumiProject) {}

    static async create(options: Pick<ProjectOptions, "config" | "environment"> = {}): Promise<Shop> {
        const project = await PulumiProject.create({
            files: filesIn(PROGRAM),
            ...options,
            config: { "twelvefold:target": "local", ...options.config },
            secrets: { "faults:key": "a key" },
        });
        // Processes of apps know nothing of the folder of the test; with this one that is left behind can be found.
        await project.config({ "faults:mark": project.root });
        return new Shop(project);
    }

    get home(): string {
        return homeOf("faults", "dev", this.project.environment);
    }

    /** PostgreSQL's own folder, which is outside of the home when root runs the tests. */
    get postgresFolder(): string {
        return clusterFolders(this.home, serverAccount()).base;
    }

    client(): Promise<SupervisorClient> {
        return connect(this.home);
    }

    /** pids of the replicas of an app. */
    async pids(app: string): Promise<number[]> {
        const { apps } = await this.status();
        return (apps.find(({ name }) => name === app)?.replicas ?? []).flatMap(({ pid }) => pid ?? []);
    }

    /** Waits until everything is as the program says. @throws with what is not */
    async whole(seconds = 30): Promise<void> {
        const deadline = performance.now() + seconds * 1000;
        for (;;) {
            const problems = await this.problems();
            if (problems.length === 0) return;
            if (performance.now() > deadline) throw new Error(`After ${seconds} s:\n${problems.join("\n")}`);
            await sleep(100);
        }
    }

    async status(): Promise<StackStatus> {
        return (await this.client()).status();
    }

    get supervisorPid(): number {
        const holder = supervisorOf(path.join(this.home, "run"));
        if (holder === undefined) throw new Error(`No supervisor runs for ${this.home}.`);
        return holder.pid;
    }

    async url(): Promise<string> {
        const url = (await this.status()).balancers[0]?.url;
        if (url === undefined) throw new Error("There is no load balancer.");
        return url;
    }

    async query(text: string): Promise<Record<string, unknown>[]> {
        const { db } = await this.project.outputs();
        const client = new Client({ connectionString: String(db) });
        await client.connect();
        try {
            return (await client.query(text)).rows;
        } finally {
            await client.end();
        }
    }

    /** What is not as the program says, in sentences: empty after every fault that was recovered from. */
    async problems(): Promise<string[]> {
        const { apps, balancers, postgres, supervisor } = await this.status();
        const replicas = apps.flatMap((app) => app.replicas);
        const known = [...replicas.map(({ pid }) => pid ?? 0)].sort((a, b) => a - b);
        const running = this.appProcesses();
        const answer = await fetch(await this.url()).then(
            ({ status }) => status,
            (error: Error) => error.message,
        );
        return [
            ...supervisor.problems,
            ...balancers.flatMap(({ problem }) => problem ?? []),
            ...(postgres?.running ? [] : ["PostgreSQL is not running"]),
            ...apps.flatMap(({ name, wanted, replicas: those }) =>
                those.length === wanted ? [] : [`${name} has ${those.length} replicas and not ${wanted}`],
            ),
            ...(["supervisor", "proxy"] as const).flatMap((name) => {
                const count = this.processes(new RegExp(`local/${name}/main\\.js ${this.home}$`)).length;
                return count === 1 ? [] : [`${count} processes of the ${name} run`];
            }),
            ...replicas.flatMap(({ id, state }) => (state === "ready" ? [] : [`replica ${id} is ${state}`])),
            ...(known.join() === running.join()
                ? []
                : [`processes ${running} run, and those of the replicas are ${known}`]),
            ...(answer === 200 ? [] : [`the load balancer answers ${answer}`]),
        ];
    }

    /** Processes of the apps, whoever started them: one that is there twice is seen here. */
    appProcesses(): number[] {
        return this.processes(APP_PROCESS);
    }

    private processes(command: RegExp): number[] {
        return processesMentioning(this.project.root)
            .filter((one) => command.test(one.command))
            .map(({ pid }) => pid)
            .sort((a, b) => a - b);
    }

    /** How often the release command ran, for each release. */
    async migrations(): Promise<number[]> {
        const rows = await this.query("SELECT count(*)::int AS runs FROM migrations GROUP BY release");
        return rows.map(({ runs }) => Number(runs));
    }

    /**
     * Runs `up` or `destroy`, and does something at a moment.
     *
     * @param strike by default kills pulumi itself, with SIGKILL
     */
    async struck(command: "up" | "destroy", moment: Moment, strike?: () => void): Promise<Run> {
        const { child, finished } = this.project.start([command, "--yes", "--skip-preview", "--stack", "dev"]);
        let written = "";
        let timer: NodeJS.Timeout | undefined;
        const hit = () => (strike ? strike() : child.kill("SIGKILL"));
        const { after, milliseconds } = moment;
        const isTime = () => (typeof after === "number" ? written.split("\n").length > after : after.test(written));
        child.stdout?.on("data", (chunk: string | Buffer) => {
            written += String(chunk);
            if (isTime()) timer ??= setTimeout(hit, milliseconds);
        });
        const run = await finished;
        clearTimeout(timer);
        return run;
    }

    /** What a user does after a killed update: two commands. */
    async recover(): Promise<Run> {
        await this.project.cancel();
        return this.project.up();
    }

    /** Destroys it all. @throws when a process or a file is left. */
    async dispose(): Promise<void> {
        const { postgresFolder } = this;
        this.project.endOrphans();
        try {
            await this.project.dispose();
            if (existsSync(postgresFolder)) throw new Error(`The stack left ${postgresFolder} behind.`);
        } finally {
            endServer(postgresFolder);
        }
    }
}

/** Ends a PostgreSQL that was left behind: it knows nothing of the test's folder. */
function endServer(folder: string): void {
    const pidFile = path.join(folder, "postgres", "postmaster.pid");
    for (const { pid } of existsSync(pidFile) ? processesMentioning(folder) : []) process.kill(pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
}

function filesIn(folder: string): Record<string, string> {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
        names.map(({ parentPath, name }) => {
            const file = path.join(parentPath, name);
            return [path.relative(folder, file), readFileSync(file, "utf8")];
        }),
    );
}
