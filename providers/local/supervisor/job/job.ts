import { createHash, createHmac } from "node:crypto";
import { rmSync } from "node:fs";
import { Cron } from "croner";
import { stopProcessGroup } from "../../process/index.js";
import type { JobSpec, Secrets } from "../../spec.js";
import { checkNames, program } from "../app/environment.js";
import { BackOff } from "../back-off.js";
import type { Context } from "../context.js";
import type { JobStatus } from "../status.js";
import { describeOutcome, runTask, type TaskOutcome } from "../task.js";
import { message, pause } from "../wait.js";
import { History, type Run } from "./history.js";

const TAIL = 20;
const GRACE_SECONDS = 10;

/** What a job was asked to be. */
export interface Wish {
    readonly spec: JobSpec;
    readonly secrets: Secrets;
    /** PATH for code of its own; absent: that of the supervisor. */
    readonly searchPath?: string;
}

interface Place {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly release: string;
    readonly sinkFolder: string;
}

interface Finished {
    readonly outcome: TaskOutcome;
    readonly lines: readonly string[];
}

/**
 * A command that runs to its end: by the clock, or once for each release. Runs that were due while no supervisor was
 * there are not made up for.
 */
export class Job {
    private readonly history: History;
    private readonly running = new Map<number, Promise<Finished>>();
    private readonly ending = new AbortController();
    private cron: Cron | undefined;
    private wish: Wish | undefined;

    constructor(
        readonly name: string,
        private readonly context: Context,
    ) {
        this.history = new History(context.folders, name);
    }

    /** Takes up a job after a restart of the supervisor: its clock, and the runs that go on. */
    resume(wish: Wish): void {
        this.set(wish);
        for (const run of this.history.all()) {
            if (run.status === "running") void this.execute(wish, run).catch(() => undefined);
        }
    }

    /**
     * Sets the job; without a schedule it runs now, unless it ran for just this already.
     *
     * @throws with its last lines when such a run fails.
     */
    async apply(wish: Wish, progress: (line: string) => void): Promise<void> {
        const { spec, secrets } = wish;
        checkNames(spec.environment, secrets);
        if (spec.schedule !== undefined) new Cron(spec.schedule, { timezone: spec.timeZone, paused: true }).stop();
        this.place(wish);
        if (spec.schedule === undefined) await this.runOnce(wish, progress);
        this.set(wish);
    }

    lastRun(): string {
        return this.history.describeLast();
    }

    status(spec: JobSpec): JobStatus {
        return {
            name: this.name,
            schedule: spec.schedule,
            timeZone: spec.timeZone,
            nextRun: this.cron?.nextRun()?.toISOString(),
            runs: this.history.status(),
        };
    }

    drift(spec: JobSpec): string[] {
        const last = this.history.all().at(-1);
        if (spec.schedule !== undefined || last?.status === "succeeded") return [];
        return [`the job has not run to a good end: ${this.lastRun()}`];
    }

    interrupt(): void {
        this.ending.abort();
        this.cron?.stop();
        for (const { task, status } of this.history.all()) {
            if (status === "running" && task) void stopProcessGroup(task.identity, { graceSeconds: GRACE_SECONDS });
        }
    }

    async remove(): Promise<void> {
        this.interrupt();
        await Promise.allSettled(this.running.values());
        this.history.remove();
        rmSync(this.context.folders.raw("jobs", this.name), { recursive: true, force: true });
    }

    /** Leaves what runs to the next supervisor. */
    abandon(): void {
        this.cron?.stop();
    }

    private set(wish: Wish): void {
        this.cron?.stop();
        this.wish = wish;
        const { schedule, timeZone } = wish.spec;
        this.cron = schedule === undefined ? undefined : new Cron(schedule, { timezone: timeZone }, () => this.due());
    }

    private due(): void {
        const { wish } = this;
        if (wish === undefined) return;
        if (this.running.size > 0 && !wish.spec.allowOverlap) {
            this.event("is due, but its last run goes on; this one is left out (set allowOverlap to run both)");
            return;
        }
        this.begin(wish).catch((error) => this.event(message(error)));
    }

    private async runOnce(wish: Wish, progress: (line: string) => void): Promise<void> {
        const fingerprint = this.fingerprint(wish);
        const same = this.history.all().findLast((run) => run.fingerprint === fingerprint);
        if (same?.status === "succeeded") return;
        progress(`running job ${this.name}`);
        // One that another supervisor began goes on; it is not run twice.
        const begun =
            same?.status === "running" ? (this.running.get(same.number) ?? this.execute(wish, same)) : undefined;
        const { outcome, lines } = await (begun ?? this.begin(wish));
        const text = describeOutcome(outcome, wish.spec.timeoutSeconds);
        progress(`job ${this.name} ${text}`);
        if (outcome.status === "succeeded") return;
        const output =
            lines.length === 0
                ? "It printed nothing."
                : `Its last lines:\n${lines.map((line) => `  ${line}`).join("\n")}`;
        throw new Error(`Job "${this.name}" ${text}. ${output}`);
    }

    private begin(wish: Wish): Promise<Finished> {
        const run: Run = {
            number: this.history.next,
            fingerprint: this.fingerprint(wish),
            startedAt: new Date().toISOString(),
            status: "running",
            attempt: 1,
        };
        return this.execute(wish, run);
    }

    private execute(wish: Wish, run: Run): Promise<Finished> {
        const finished = this.attempts(wish, run).finally(() => this.running.delete(run.number));
        this.running.set(run.number, finished);
        return finished;
    }

    private async attempts(wish: Wish, begun: Run): Promise<Finished> {
        const backOff = new BackOff();
        let run = begun;
        for (;;) {
            const finished = await this.attempt(wish, run).catch((error): Finished => {
                const outcome = { status: "failed" as const, seconds: 0 };
                return { outcome, lines: [message(error)] };
            });
            const { status, exitCode, seconds } = finished.outcome;
            const isLast = status === "succeeded" || run.attempt > wish.spec.retries || this.ending.signal.aborted;
            this.event(`${describeOutcome(finished.outcome, wish.spec.timeoutSeconds)} (attempt ${run.attempt})`);
            const { task: _task, ...rest } = run;
            run = {
                ...rest,
                status: isLast ? status : "running",
                attempt: isLast ? run.attempt : run.attempt + 1,
                seconds,
                ...(exitCode === undefined ? {} : { exitCode }),
                ...(isLast ? { finishedAt: new Date().toISOString() } : {}),
            };
            if (!this.ending.signal.aborted) this.history.put(run);
            if (isLast) return finished;
            await pause(backOff.after(0), this.ending.signal);
        }
    }

    private async attempt(wish: Wish, run: Run): Promise<Finished> {
        const { output } = this.context;
        const { spec } = wish;
        const place = this.place(wish);
        const replica = `${this.name}-${run.number}-${run.attempt}`;
        const files = this.context.folders.raw("jobs", this.name, replica);
        const writer = { app: spec.app ?? this.name, process: this.name, replica, release: place.release };
        const stream = output.follow(files, writer, () => place.sinkFolder);
        try {
            const plan = {
                ...program(spec.command, place.cwd, place.env.PATH ?? ""),
                cwd: place.cwd,
                env: place.env,
                files,
                timeoutSeconds: spec.timeoutSeconds,
                graceSeconds: GRACE_SECONDS,
            };
            const outcome = await runTask(plan, run.task, (task) => this.history.put({ ...run, task }));
            return { outcome, lines: await stream.tail(TAIL) };
        } finally {
            await stream.closeAndRemove();
        }
    }

    /** Where and as what it runs: its app's serving release, or code of its own. */
    private place({ spec, secrets, searchPath }: Wish): Place {
        const { context } = this;
        const own = { ...spec.environment, ...secrets };
        if (spec.app === undefined) {
            if (spec.source === undefined)
                throw new Error(`Job "${this.name}" has neither an app nor code of its own.`);
            return {
                cwd: context.folders.source(spec.source.digest),
                env: {
                    ...context.environment,
                    ...(searchPath === undefined ? {} : { PATH: searchPath }),
                    ...own,
                    RELEASE_ID: spec.releaseId,
                },
                release: spec.releaseId,
                sinkFolder: context.sinkFolder(spec.logs),
            };
        }
        const app = context.app(spec.app);
        const current = app?.state.get().current;
        if (app === undefined || current === undefined) {
            throw new Error(`Job "${this.name}" uses the app "${spec.app}", which has no release that serves.`);
        }
        const { release, env } = app.released(current);
        return {
            cwd: context.folders.source(release.spec.source.digest),
            env: { ...env, ...own },
            release: String(current),
            sinkFolder: spec.logs ? context.sinkFolder(spec.logs) : app.sinkFolder,
        };
    }

    private fingerprint({ spec, secrets }: Wish): string {
        const secret = createHmac("sha256", this.context.store.key).update(JSON.stringify(secrets)).digest("hex");
        return createHash("sha256")
            .update(JSON.stringify([spec, secret]))
            .digest("hex")
            .slice(0, 12);
    }

    private event(text: string): void {
        this.context.event({ app: this.wish?.spec.app ?? this.name, process: this.name }, `job ${this.name} ${text}`);
    }
}
