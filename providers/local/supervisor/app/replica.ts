import { isAlive } from "../../process/index.js";
import { BackOff } from "../back-off.js";
import type { ProbeResult } from "../probe.js";
import { Changes, message, monotonic } from "../wait.js";
import { probeLiveness, probeReadiness } from "./health.js";
import { ReplicaEnding } from "./replica-ending.js";
import { ReplicaProcess } from "./replica-process.js";
import { endpointOf, type Failure, type Phase, type ReplicaHost, type ReplicaRecord } from "./replica-record.js";

/** A process without a port is ready when it has lived this long. */
const WORKER_READY_MILLISECONDS = 1000;
/** Pauses between probes while starting: from the first to the last, so that a fast start is seen at once. */
const STARTUP_PROBE_MILLISECONDS = { first: 50, last: 1000 };
/** An adopted process is nobody's child here: its end has to be looked for. */
const ALIVE_CHECK_MILLISECONDS = 500;
const REMEMBERED_FAILURES = 200;

/** One process of an app: started, watched, restarted when it fails, until it is told to stop. */
export class Replica {
    /** What went wrong since this object is there, oldest first; the last few. */
    readonly failures: Failure[] = [];
    private readonly backOff = new BackOff();
    private readonly changes = new Changes();
    private readonly stopping = new AbortController();
    private readonly process: ReplicaProcess;
    private readonly ending: ReplicaEnding;
    private readonly life: Promise<void>;

    constructor(
        readonly record: ReplicaRecord,
        private readonly host: ReplicaHost,
    ) {
        this.process = new ReplicaProcess(record, host, () => this.changes.notify());
        this.ending = new ReplicaEnding(record, host, this.process, () => this.retiring);
        this.life = this.live();
    }

    get ready(): boolean {
        return this.record.phase === "ready";
    }

    get retiring(): boolean {
        return this.stopping.signal.aborted;
    }

    /** Name of the process behind a port, for the proxy: another start is another endpoint. */
    get endpoint(): string | undefined {
        return endpointOf(this.record);
    }

    get runningMilliseconds(): number {
        return this.process.runningMilliseconds;
    }

    /** Takes it out of the traffic, waits for its requests, ends it. Done when the process is gone. */
    async stop(): Promise<void> {
        if (!this.retiring) {
            this.phase("stopping");
            this.stopping.abort();
            this.changes.notify();
        }
        await this.life;
    }

    /** Leaves the process alone and only stops to look after it. */
    release(): void {
        this.abandoned = true;
        this.stopping.abort();
        this.changes.notify();
    }
    private abandoned = false;

    private async live(): Promise<void> {
        // A record that says so is of a replica whose stop was cut short.
        if (this.record.phase === "stopping") this.stopping.abort();
        while (!this.retiring) {
            const failure = await this.startAndWatch().catch((error) => this.failed("dead", message(error)));
            if (this.retiring) break;
            await this.recover(failure);
        }
        if (!this.abandoned) await this.ending.drainAndStop();
    }

    /** Runs until there is something wrong with it: resolves with what. */
    private async startAndWatch(): Promise<Failure> {
        const { identity, phase } = this.record;
        if (identity === undefined || phase === "waiting") {
            // What was to be ended before the restart may still be there when that was cut short.
            await this.ending.stop();
            await this.process.start(() => this.retiring);
        } else if (isAlive(identity)) {
            this.process.adopt();
        } else {
            return this.failed("dead", "its process was gone");
        }
        return (await this.watchStart()) ?? (await this.watchHealth());
    }

    /** Resolves with undefined when it is ready. */
    private async watchStart(): Promise<Failure | undefined> {
        if (this.record.phase !== "starting") return undefined;
        let wait = STARTUP_PROBE_MILLISECONDS.first;
        for (;;) {
            const { health, listens } = this.host.plan();
            const problem = listens
                ? await probeReadiness(this.host.plan(), this.record.port)
                : this.runningMilliseconds < WORKER_READY_MILLISECONDS
                  ? "it has just started"
                  : undefined;
            const ended = this.process.ended;
            if (ended !== undefined || this.retiring) return this.failed("dead", ended ?? "told to stop");
            if (problem === undefined) break;
            if (this.runningMilliseconds >= health.startupSeconds * 1000) {
                return this.failed("late", `it was not ready within ${health.startupSeconds} s: ${problem}`);
            }
            await this.sleep(wait);
            wait = Math.min(wait * 1.5, STARTUP_PROBE_MILLISECONDS.last);
        }
        this.phase("ready");
        this.host.event(`is ready after ${(this.runningMilliseconds / 1000).toFixed(1)} s`);
        return undefined;
    }

    private async watchHealth(): Promise<Failure> {
        const failed = { readiness: 0, liveness: 0 };
        for (;;) {
            const { health } = this.host.plan();
            await this.sleep(health.intervalSeconds * 1000);
            const ended = this.process.ended;
            if (ended !== undefined || this.retiring) return this.failed("dead", ended ?? "told to stop");
            const [unready, dead] = await Promise.all([
                probeReadiness(this.host.plan(), this.record.port),
                probeLiveness(this.host.plan(), this.record.port),
            ]);
            failed.readiness = unready === undefined ? 0 : failed.readiness + 1;
            failed.liveness = dead === undefined ? 0 : failed.liveness + 1;
            const endedMeanwhile = this.process.ended;
            if (endedMeanwhile !== undefined || this.retiring)
                return this.failed("dead", endedMeanwhile ?? "told to stop");
            if (failed.liveness >= health.failureThreshold) {
                return this.failed("sick", `its liveness check failed ${failed.liveness} times: ${dead}`);
            }
            this.judgeReadiness(failed.readiness, health.failureThreshold, unready);
        }
    }

    private judgeReadiness(failures: number, threshold: number, problem: ProbeResult): void {
        if (failures === 0 && this.record.phase === "unready") {
            this.phase("ready");
            this.host.event("is ready again");
        } else if (failures >= threshold && this.record.phase === "ready") {
            this.phase("unready");
            this.host.event(`is not ready any more: ${problem}`);
        }
    }

    /** Ends what is left of it and waits before the next start. */
    private async recover(failure: Failure): Promise<void> {
        const { record } = this;
        this.failures.push(failure);
        if (this.failures.length > REMEMBERED_FAILURES) this.failures.shift();
        record.lastProblem = failure.text;
        record.restarts++;
        this.phase("waiting");
        const wait = this.backOff.after(this.runningMilliseconds);
        this.host.event(`${failure.text}; it starts again in ${wait / 1000} s`);
        // It still answers some requests: it gets no new ones from here on, and its own it may end after SIGTERM.
        if (failure.kind === "sick") await this.ending.drain(0);
        if (record.identity) await this.ending.stop();
        await this.sleep(wait);
    }

    private failed(kind: Failure["kind"], text: string): Failure {
        return { kind, text, served: this.record.phase === "ready" || this.record.phase === "unready" };
    }

    private phase(phase: Phase): void {
        if (this.record.phase === phase) return;
        this.record.phase = phase;
        try {
            this.host.save();
        } catch (error) {
            // The process goes on whatever the disk says; the next change is written again.
            this.host.event(message(error));
        }
        this.host.changed();
        this.changes.notify();
    }

    /** Sleeps, but not beyond the end of the process or an order to stop. */
    private async sleep(milliseconds: number): Promise<void> {
        const deadline = monotonic() + milliseconds;
        const waiting = this.record.phase === "waiting";
        while (!this.retiring && (waiting || this.process.ended === undefined)) {
            const left = deadline - monotonic();
            if (left <= 0) return;
            await this.changes.next(Math.min(left, ALIVE_CHECK_MILLISECONDS));
        }
    }
}
