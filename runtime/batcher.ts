interface Waiting<T> {
    readonly item: T;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
}

export interface BatchLimits<T> {
    readonly count: number;
    readonly weight: number;
    readonly weigh: (item: T) => number;
}

/** Carries out a batch; returns the items that failed by themselves, rejects when all did. */
export type Flush<T> = (items: readonly T[]) => Promise<ReadonlyMap<T, Error>>;

/**
 * Carries out many small operations as few large ones: what is added while one batch is under way goes with the next.
 * Order is kept, and nothing waits for a batch to fill.
 */
export class Batcher<T> {
    readonly #limits: BatchLimits<T>;
    readonly #flush: Flush<T>;
    #waiting: Waiting<T>[] = [];
    #running: Promise<void> | undefined;

    constructor(limits: BatchLimits<T>, flush: Flush<T>) {
        this.#limits = limits;
        this.#flush = flush;
    }

    /** Resolves or rejects with the item's own batch. Items are told apart by identity. */
    add(item: T): Promise<void> {
        return new Promise((resolve, reject) => {
            this.#waiting.push({ item, resolve, reject });
            this.#running ??= this.#run();
        });
    }

    /** Resolves when nothing is left to do, whatever became of it. */
    async idle(): Promise<void> {
        while (this.#running) await this.#running;
    }

    async #run(): Promise<void> {
        // Lets everything that is added in the same turn come into the first batch.
        await Promise.resolve();
        while (this.#waiting.length > 0) await this.#one(this.#take());
        this.#running = undefined;
    }

    #take(): Waiting<T>[] {
        let weight = 0;
        let count = 0;
        for (const { item } of this.#waiting) {
            weight += this.#limits.weigh(item);
            if (count === this.#limits.count || (count > 0 && weight > this.#limits.weight)) break;
            count++;
        }
        return this.#waiting.splice(0, count);
    }

    async #one(batch: readonly Waiting<T>[]): Promise<void> {
        try {
            const failed = await this.#flush(batch.map((entry) => entry.item));
            for (const { item, resolve, reject } of batch) {
                const error = failed.get(item);
                if (error) reject(error);
                else resolve();
            }
        } catch (error) {
            for (const entry of batch) entry.reject(error);
        }
    }
}
