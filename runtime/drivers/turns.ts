import { once } from "node:events";

/** Lets one after the other do something. */
export class Turns {
    #current: Promise<void> | undefined;

    /** Waits for its turn, or the signal; gives how to end the turn. */
    async begin(signal: AbortSignal): Promise<() => void> {
        const stop = new AbortController();
        const aborted = once(signal, "abort", { signal: stop.signal }).catch(() => undefined);
        while (this.#current && !signal.aborted) await Promise.race([this.#current, aborted]);
        stop.abort();
        if (signal.aborted) return () => undefined;
        let end: () => void = () => undefined;
        const turn = new Promise<void>((resolve) => {
            end = resolve;
        });
        this.#current = turn;
        return () => {
            if (this.#current === turn) this.#current = undefined;
            end();
        };
    }
}
