import { setTimeout as sleep } from "node:timers/promises";

/** Time, so that tests can have their own. */
export interface Clock {
    /** Milliseconds that only grow. */
    now(): number;
    sleep(milliseconds: number): Promise<void>;
}

export const realClock: Clock = {
    now: () => performance.now(),
    sleep: (milliseconds) => sleep(milliseconds),
};

/** Between two looks: a second at first, five later. */
function pauseMilliseconds(look: number): number {
    return Math.min(5, 1 + look) * 1000;
}

/**
 * Looks until something is there.
 *
 * @returns undefined when it was not within the time
 */
export async function waitFor<T>(
    clock: Clock,
    seconds: number,
    look: () => Promise<T | undefined>,
): Promise<T | undefined> {
    const deadline = clock.now() + seconds * 1000;
    for (let looks = 0; ; looks++) {
        const found = await look();
        if (found !== undefined) return found;
        const left = deadline - clock.now();
        if (left <= 0) return undefined;
        await clock.sleep(Math.min(left, pauseMilliseconds(looks)));
    }
}
