import { AmqpFault } from "./amqp-fault.js";

/** How long a broker may take for one answer. */
const ANSWER_MILLISECONDS = 15_000;

/** The end of a connection or a link, and why. Unlike a promise it forgets who does not wait for it any more. */
export class Ending {
    readonly #listeners = new Set<(fault: AmqpFault) => void>();
    #fault: AmqpFault | undefined;

    /** Undefined while it has not ended. */
    get fault(): AmqpFault | undefined {
        return this.#fault;
    }

    /** The first reason counts: what comes after it is its consequence. */
    end(fault: AmqpFault): void {
        if (this.#fault) return;
        this.#fault = fault;
        for (const listener of this.#listeners) listener(fault);
        this.#listeners.clear();
    }

    /** Calls back when it ends, also when it has already. Returns how to stop waiting. */
    onEnd(listener: (fault: AmqpFault) => void): () => void {
        if (this.#fault) listener(this.#fault);
        else this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Waits for something that a broker will do. @throws AmqpFault when this ends before, or it takes too long */
    async answer<T>(begin: (resolve: (value: T) => void) => void, milliseconds = ANSWER_MILLISECONDS): Promise<T> {
        let timer: NodeJS.Timeout | undefined;
        let stop: () => void = () => undefined;
        try {
            return await new Promise<T>((resolve, reject) => {
                const late = () => reject(new AmqpFault(`no answer for ${milliseconds / 1000} s`, undefined, true));
                timer = setTimeout(late, milliseconds);
                stop = this.onEnd(reject);
                if (!this.#fault) begin(resolve);
            });
        } finally {
            clearTimeout(timer);
            stop();
        }
    }
}
