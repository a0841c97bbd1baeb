import type { Clock } from "#dist/providers/azure/arm/clock.js";

/** Time that passes only while somebody sleeps: an hour of baking takes no test longer than a minute. */
export class SteppedClock implements Clock {
    private time = 0;

    now(): number {
        return this.time;
    }

    async sleep(milliseconds: number): Promise<void> {
        this.time += milliseconds;
        // Others that sleep too get their turn.
        await new Promise((resolve) => setImmediate(resolve));
    }
}
