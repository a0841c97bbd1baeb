import { groupLives } from "../../process/index.js";
import { monotonic } from "../wait.js";
import type { ReplicaProcess } from "./replica-process.js";
import { endpointOf, type ReplicaHost, type ReplicaRecord } from "./replica-record.js";

const LOST_STOP_SECONDS = 10;
/** Left for SIGTERM when requests have used up all the time. */
const SIGTERM_SECONDS = 2;

/** How the process of a replica ends: its requests first, then SIGTERM, and SIGKILL when its time is over. */
export class ReplicaEnding {
    constructor(
        private readonly record: ReplicaRecord,
        private readonly host: ReplicaHost,
        private readonly process: ReplicaProcess,
        /** It is not started again. */
        private readonly isRetiring: () => boolean,
    ) {}

    async drainAndStop(): Promise<void> {
        const { identity } = this.record;
        if (identity === undefined || !groupLives(identity)) return;
        const { patienceSeconds } = this;
        const started = monotonic();
        await this.drain(patienceSeconds);
        // One patience for its requests and for itself, as in Kubernetes; the time to act on SIGTERM it has in any case.
        const left = patienceSeconds - (monotonic() - started) / 1000;
        await this.stop(Math.max(left, Math.min(SIGTERM_SECONDS, patienceSeconds)));
    }

    /** It gets no more requests, and those that it has may end within this time. */
    async drain(seconds: number): Promise<void> {
        const endpoint = endpointOf(this.record);
        if (endpoint !== undefined) await this.host.drained(endpoint, seconds);
    }

    async stop(graceSeconds = this.patienceSeconds): Promise<void> {
        const how = await this.process.stop(graceSeconds);
        if (how === undefined) return;
        if (how === "killed")
            this.host.event(`did not end within ${graceSeconds.toFixed(0)} s of SIGTERM and was killed`);
        else if (this.isRetiring()) this.host.event("ended");
    }

    private get patienceSeconds(): number {
        try {
            return this.host.plan().stopTimeoutSeconds;
        } catch {
            // The files of its release are gone; it must be possible to stop it all the same.
            return LOST_STOP_SECONDS;
        }
    }
}
