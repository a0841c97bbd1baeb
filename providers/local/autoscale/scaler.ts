import type { AutoscaleSpec } from "../spec.js";
import {
    type Recommendation,
    type ScaleEvent,
    scaleDownLimit,
    scaleUpLimit,
    stabilize,
    stillRecent,
    type Windows,
} from "./behavior.js";
import { SteadyClock, type SteadyClockState } from "./clock.js";
import { type Observation, type Proposal, proposalsOf, type Readiness } from "./proposals.js";
import type { ReplicaReadiness } from "./readiness.js";
import { type Bounds, Schedule } from "./schedule.js";

/** How often a decision should be made: Kubernetes' default. Rates and windows do not depend on it. */
export const SYNC_SECONDS = 15;
/** Scale events that are kept to be shown; the rate policies need those of the last 15 s only. */
const KEPT_EVENTS = 50;

export interface Decision {
    readonly desired: number;
    /** Why, in words for `twelvefold status` and the log. */
    readonly reason: string;
}

/** One change of the number of replicas; `at` is on the scaler's own clock, `time` what the wall clock showed. */
export interface RecordedScaleEvent extends ScaleEvent {
    readonly time: string;
    readonly reason: string;
}

/** Plain JSON: kept by the supervisor, so that a restart forgets no window. */
export interface ScalerState {
    readonly clock?: SteadyClockState;
    readonly recommendations: readonly Recommendation[];
    readonly events: readonly RecordedScaleEvent[];
    readonly readiness: Readiness;
}

const NOTHING: ScalerState = { recommendations: [], events: [], readiness: {} };

/**
 * The Kubernetes HorizontalPodAutoscaler on one app. Ask {@link decide} every {@link SYNC_SECONDS} seconds and set what
 * it says; nothing here waits, measures or starts anything.
 *
 * From zero replicas it wakes an app on its queue's backlog or on a schedule. It cannot wake on requests, as there is
 * no replica to count them at: an autoscaler with nothing that could wake the app keeps one replica.
 *
 * @throws Error when a schedule cannot be read or bounds are impossible.
 */
export class Scaler {
    readonly #spec: AutoscaleSpec;
    readonly #schedule: Schedule;
    readonly #windows: Windows;
    readonly #canWake: boolean;
    readonly #clock: SteadyClock;
    #recommendations: readonly Recommendation[];
    #events: readonly RecordedScaleEvent[];
    #readiness: Readiness;

    constructor(spec: AutoscaleSpec, state: ScalerState = NOTHING) {
        this.#spec = spec;
        this.#schedule = new Schedule(spec.schedules, spec);
        this.#windows = { upSeconds: spec.scaleOutCooldownSeconds, downSeconds: spec.scaleInCooldownSeconds };
        this.#canWake =
            spec.queueBacklogPerReplica !== undefined || spec.schedules.some((entry) => entry.minReplicas > 0);
        this.#clock = new SteadyClock(state.clock);
        this.#recommendations = state.recommendations;
        this.#events = state.events;
        this.#readiness = state.readiness;
    }

    /** Goes on with the windows of an earlier scaler; the spec may have changed since. */
    static restore(spec: AutoscaleSpec, state: ScalerState): Scaler {
        return new Scaler(spec, state);
    }

    state(): ScalerState {
        const clock = this.#clock.state();
        return {
            ...(clock === undefined ? {} : { clock }),
            recommendations: this.#recommendations,
            events: this.#events,
            readiness: this.#readiness,
        };
    }

    /**
     * The number of replicas there should be.
     *
     * @param now Milliseconds of a clock that the wall clock's changes do not touch and that goes on over restarts of
     * this process, such as `Number(process.hrtime.bigint() / 1_000_000n)`. Should it jump all the same (sleep, reboot),
     * no more than a minute seems to have passed.
     * @param wallClock For schedules and for what is shown. A jump is believed once it has lasted a minute.
     */
    decide(now: number, wallClock: Date, observation: Observation): Decision {
        const current = observation.currentReplicas;
        const time = this.#clock.tick(now, wallClock, observation.rolloutRunning);
        this.#observeReadiness(now, time.elapsed, observation);
        if (observation.rolloutRunning) return { desired: current, reason: "paused: a rollout is running" };

        const bounds = this.#boundsAt(time.wallClock);
        const decision =
            this.#intoBounds(current, bounds) ?? this.#byMetrics(time.elapsed, current, bounds, observation);
        if (decision.desired !== current) {
            const event = {
                at: time.elapsed,
                from: current,
                to: decision.desired,
                time: time.wallClock.toISOString(),
                reason: decision.reason,
            };
            this.#events = [...this.#events, event].slice(-KEPT_EVENTS);
        }
        return decision;
    }

    #boundsAt(wallClock: Date): Bounds {
        const { minReplicas, maxReplicas } = this.#schedule.boundsAt(wallClock);
        const floor = this.#canWake ? 0 : 1;
        return { minReplicas: Math.max(minReplicas, floor), maxReplicas: Math.max(maxReplicas, floor) };
    }

    /** Bounds are orders, not recommendations: they hold at once. */
    #intoBounds(current: number, { minReplicas, maxReplicas }: Bounds): Decision | undefined {
        if (current > maxReplicas) return { desired: maxReplicas, reason: `maxReplicas is ${maxReplicas}` };
        if (current < minReplicas) return { desired: minReplicas, reason: `minReplicas is ${minReplicas}` };
        return undefined;
    }

    #byMetrics(now: number, current: number, bounds: Bounds, observation: Observation): Decision {
        const proposals = proposalsOf(this.#spec, observation, this.#readiness, now);
        const wanted = highest(proposals, bounds.minReplicas);
        const silent = proposals.filter((proposal) => proposal.replicas === undefined).map(({ metric }) => metric);
        if (wanted === undefined || (silent.length > 0 && wanted.replicas < current)) {
            return { desired: current, reason: `no data of ${silent.join(", ")}: not scaling down` };
        }

        // The first time, the number of replicas counts as a recommendation: a scaler that has just started knows too
        // little to scale down.
        const known = this.#recommendations.length > 0 ? this.#recommendations : [{ at: now, replicas: current }];
        const stable = stabilize(now, current, wanted.replicas, known, this.#windows);
        this.#recommendations = [...stillRecent(now, known, this.#windows), { at: now, replicas: wanted.replicas }];

        const desired = this.#limit(now, current, stable, bounds);
        const because = `${wanted.metric} asks for ${wanted.replicas}`;
        if (desired === wanted.replicas) return { desired, reason: because };
        if (stable !== wanted.replicas && desired === stable) {
            return { desired, reason: `${because}, but recent recommendations differ` };
        }
        const bound = desired === bounds.minReplicas ? "minReplicas" : "maxReplicas";
        const isBound = desired === bounds.minReplicas || desired === bounds.maxReplicas;
        return { desired, reason: `${because}, limited by ${isBound ? bound : "the scaling rate"}` };
    }

    #limit(now: number, current: number, wanted: number, { minReplicas, maxReplicas }: Bounds): number {
        if (wanted > current) return Math.min(wanted, maxReplicas, scaleUpLimit(now, current, this.#events));
        if (wanted < current) return Math.max(wanted, minReplicas, scaleDownLimit(now, current, this.#events));
        return wanted;
    }

    #observeReadiness(now: number, elapsed: number, observation: Observation): void {
        const next: Record<string, ReplicaReadiness> = {};
        for (const { id, ready, startedAt } of observation.replicas) {
            const before = this.#readiness[id];
            const started = before?.startedAt ?? elapsed - Math.max(0, now - startedAt);
            const unchanged = before === undefined ? started : before.changedAt;
            const changedAt = before !== undefined && before.ready !== ready ? elapsed : unchanged;
            next[id] = { ready, startedAt: started, changedAt };
        }
        this.#readiness = next;
    }
}

/** The metric that asks for most. Without any metric nothing asks for more than the minimum. */
function highest(proposals: readonly Proposal[], minimum: number): Required<Proposal> | undefined {
    if (proposals.length === 0) return { metric: "schedule", replicas: minimum };
    let best: Required<Proposal> | undefined;
    for (const { metric, replicas } of proposals) {
        if (replicas !== undefined && (best === undefined || replicas > best.replicas)) best = { metric, replicas };
    }
    return best;
}
