import { performance } from "node:perf_hooks";
import type { AlertSpec } from "../spec.js";
import type { LogRecord } from "./record.js";
import { textMatcher } from "./search.js";

interface Watched {
    readonly spec: AlertSpec;
    readonly matches: (line: string) => boolean;
    /** Times of the last `threshold` matches, as a ring; NaN where there is none yet. */
    readonly times: Float64Array;
    /** Place of the oldest, which is where the next one goes. */
    next: number;
    /** At the last match. */
    lastAt: number;
    wasRaised: boolean;
}

/**
 * Watches the lines of a sink: an alert is raised when `threshold` lines within `windowSeconds` match, and cleared when
 * fewer do. It is told of once: again only when a line came that was not enough, or none came for a whole window, so
 * that lines just as often as the threshold do not make one alert each. Lines of the system are not watched, as an alert
 * is itself such a line.
 *
 * @throws Error when `match` is a regular expression that cannot be read.
 */
export class AlertWatcher {
    readonly #alerts: readonly Watched[];
    readonly #notify: (alert: AlertSpec, count: number) => void;
    readonly #clock: () => number;

    /**
     * @param notify Called when an alert is raised, with the number of lines that did it.
     * @param clock Milliseconds that never go back.
     */
    constructor(
        alerts: readonly AlertSpec[],
        notify: (alert: AlertSpec, count: number) => void,
        clock: () => number = () => performance.now(),
    ) {
        this.#alerts = alerts.map((spec) => ({
            spec,
            matches: textMatcher(spec.match),
            times: new Float64Array(Math.max(1, spec.threshold)).fill(Number.NaN),
            next: 0,
            lastAt: Number.NEGATIVE_INFINITY,
            wasRaised: false,
        }));
        this.#notify = notify;
        this.#clock = clock;
    }

    observe(record: LogRecord): void {
        if (record.stream === "system") return;
        for (const alert of this.#alerts) {
            if (!alert.matches(record.line)) continue;
            const now = this.#clock();
            const lasting = alert.wasRaised && now - alert.lastAt <= alert.spec.windowSeconds * 1000;
            alert.times[alert.next] = now;
            alert.next = (alert.next + 1) % alert.times.length;
            alert.lastAt = now;
            alert.wasRaised = isRaised(alert, now);
            if (alert.wasRaised && !lasting) this.#notify(alert.spec, alert.times.length);
        }
    }

    /** Names of the alerts that are raised now. */
    raised(): string[] {
        const now = this.#clock();
        return this.#alerts.filter((alert) => isRaised(alert, now)).map(({ spec }) => spec.name);
    }
}

/** The window holds enough lines when it holds the oldest of the last `threshold`. */
function isRaised(alert: Watched, now: number): boolean {
    return now - (alert.times[alert.next] ?? Number.NaN) <= alert.spec.windowSeconds * 1000;
}
