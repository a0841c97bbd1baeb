/** The longest time that may seem to pass between two decisions; longer gaps are sleep, a restart or a changed clock. */
export const LONGEST_STEP_SECONDS = 60;
/** Wall clocks are slewed by a little all the time; more than this is a jump. */
const WALL_CLOCK_TOLERANCE_SECONDS = 5;
/** A jump of the wall clock is believed when it has lasted this long. */
const DISBELIEF_SECONDS = 60;

/** Plain JSON, in milliseconds. */
export interface SteadyClockState {
    /** Time that passed while we were looking. */
    readonly elapsed: number;
    readonly now: number;
    readonly wall: number;
    readonly doubtedSince?: number;
}

/**
 * A clock without jumps, made of two that may have them. A laptop that slept, a supervisor that was away or a machine
 * that started again must not find all stabilisation windows empty and stop most of an app at once.
 */
export class SteadyClock {
    #state: SteadyClockState | undefined;

    constructor(state?: SteadyClockState) {
        this.#state = state;
    }

    state(): SteadyClockState | undefined {
        return this.#state;
    }

    /** Milliseconds, never backwards, at most {@link LONGEST_STEP_SECONDS} a step; `paused`: no time passes. */
    tick(now: number, wallClock: Date, paused: boolean): { readonly elapsed: number; readonly wallClock: Date } {
        const last = this.#state ?? { elapsed: 0, now, wall: wallClock.getTime() };
        const step = Math.min(Math.max(now - last.now, 0), LONGEST_STEP_SECONDS * 1000);
        const elapsed = last.elapsed + (paused ? 0 : step);
        const expected = last.wall + step;
        const jumped = Math.abs(wallClock.getTime() - expected) > WALL_CLOCK_TOLERANCE_SECONDS * 1000;
        const doubtedSince = jumped ? (last.doubtedSince ?? now) : undefined;
        // `now` may itself have started again, so the doubt is also over when it lies in the future.
        const believed =
            doubtedSince === undefined || now - doubtedSince >= DISBELIEF_SECONDS * 1000 || doubtedSince > now;
        const wall = believed ? wallClock.getTime() : expected;
        this.#state = {
            elapsed,
            now,
            wall,
            ...(believed || doubtedSince === undefined ? {} : { doubtedSince }),
        };
        return { elapsed, wallClock: new Date(wall) };
    }
}
