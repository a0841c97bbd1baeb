import { type Observation, Scaler } from "#dist/providers/local/autoscale/index.js";
import type { AutoscaleSpec } from "#dist/providers/local/spec.js";

export const START = new Date("2026-03-02T10:00:00Z"); // a Monday

export function spec(changes: Partial<AutoscaleSpec> = {}): AutoscaleSpec {
    return {
        minReplicas: 1,
        maxReplicas: 20,
        schedules: [],
        scaleInCooldownSeconds: 300,
        scaleOutCooldownSeconds: 0,
        ...changes,
    };
}

/** An app that does at once what its scaler says; its replicas are ready and have run for long. */
export class Simulation {
    replicas: number;
    seconds = 0;
    /** What the wall clock is ahead. */
    wallOffsetSeconds = 0;
    /** Changes of the number of replicas: [seconds, from, to]. */
    readonly changes: [number, number, number][] = [];
    reason = "";
    #scaler: Scaler;
    readonly #spec: AutoscaleSpec;

    constructor(of: AutoscaleSpec, replicas: number) {
        this.#spec = of;
        this.#scaler = new Scaler(of);
        this.replicas = replicas;
    }

    /** A supervisor restart: all that survives is what JSON keeps. */
    restart(): void {
        this.#scaler = Scaler.restore(this.#spec, JSON.parse(JSON.stringify(this.#scaler.state())));
    }

    state() {
        return this.#scaler.state();
    }

    /** @param each What each of `count` replicas shows. */
    step(
        each: (count: number) => Partial<Observation["replicas"][number]>,
        rest: Partial<Observation> = {},
        stepSeconds = 15,
    ): number {
        const now = this.seconds * 1000;
        const replicas = Array.from({ length: this.replicas }, (_, index) => ({
            id: `r${index}`,
            ready: true,
            startedAt: now - 3_600_000,
            ...each(this.replicas),
        }));
        const wall = new Date(START.getTime() + now + this.wallOffsetSeconds * 1000);
        const observation = { currentReplicas: this.replicas, replicas, rolloutRunning: false, ...rest };
        const { desired, reason } = this.#scaler.decide(now, wall, observation);
        if (desired !== this.replicas) this.changes.push([this.seconds, this.replicas, desired]);
        this.replicas = desired;
        this.reason = reason;
        this.seconds += stepSeconds;
        return desired;
    }
}

/** Load that the replicas share; 100 is what one replica asked for. */
export function sharedCpu(total: number): (count: number) => { cpuPercent: number } {
    return (count) => ({ cpuPercent: total / count });
}
