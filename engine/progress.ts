/** Tells a person that something is going on, and what. */
export interface Progress {
    /** A new phase begins. */
    phase(text: string): void;
    /** How far the phase is, for example "412 of about 1350 packages". */
    detail(text: string): void;
    /** The work is over; `text` stays to be read. */
    done(text: string): void;
}

/** What progress is written to: `process.stderr`, for example. */
export interface ProgressStream {
    readonly isTTY?: boolean;
    readonly columns?: number;
    write(text: string): unknown;
}

const REDRAW_MILLISECONDS = 500;
const QUIET_MILLISECONDS = 10_000;

/**
 * Progress on a terminal: one line that is written over, with the seconds of the phase. Elsewhere: a line for each phase,
 * and one every ten seconds while it lasts. It ends by itself with `done`; call `stop` when the work fails.
 */
export function progressOn(stream: ProgressStream): Progress & { stop(): void } {
    let phase = "";
    let detail = "";
    let since = 0;
    let written = 0;
    let timer: NodeJS.Timeout | undefined;

    const show = () => {
        const seconds = Math.round((performance.now() - since) / 1000);
        const line = `${phase} (${seconds} s${detail === "" ? "" : `, ${detail}`})`;
        // A line that is wider than the terminal could not be written over.
        if (stream.isTTY) stream.write(`\r\x1b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
        else stream.write(`${line}\n`);
        written = performance.now();
    };
    const stop = () => {
        clearInterval(timer);
        timer = undefined;
        if (phase !== "" && stream.isTTY) stream.write("\r\x1b[K");
        phase = "";
    };
    return {
        phase(text) {
            phase = text;
            detail = "";
            since = performance.now();
            show();
            // Not a reason to stay alive, should nobody say that it is over.
            timer ??= setInterval(() => {
                if (stream.isTTY || performance.now() - written >= QUIET_MILLISECONDS) show();
            }, REDRAW_MILLISECONDS).unref();
        },
        detail(text) {
            detail = text;
        },
        done(text) {
            stop();
            stream.write(`${text}\n`);
        },
        stop,
    };
}
