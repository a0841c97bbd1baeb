const FIRST_MILLISECONDS = 1000;
const LAST_MILLISECONDS = 60_000;
const RESET_AFTER_MILLISECONDS = 600_000;

/** Pauses between starts of something that keeps failing: 1 s, 2 s, … 60 s; forgiven after ten good minutes. */
export class BackOff {
    private failures = 0;

    /** The pause after a failure of something that ran this long. */
    after(ranMilliseconds: number): number {
        if (ranMilliseconds >= RESET_AFTER_MILLISECONDS) this.failures = 0;
        return Math.min(FIRST_MILLISECONDS * 2 ** Math.min(this.failures++, 16), LAST_MILLISECONDS);
    }

    reset(): void {
        this.failures = 0;
    }
}
