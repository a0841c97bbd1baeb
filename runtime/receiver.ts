import { Batcher } from "./batcher.js";
import type { Delivery, Driver } from "./drivers/driver.js";
import { incoming, type Message } from "./message.js";

/** Handles one message; it is acknowledged when what this returns resolves, and comes again when it rejects. */
export type Handler = (message: Message) => unknown;

export interface ReceiverOptions {
    readonly concurrency: number;
    readonly retrySeconds: number;
    readonly log: (line: string) => void;
}

const LONGEST_RETRY_SECONDS = 60;
const NONE_FAILED: ReadonlyMap<Delivery, Error> = new Map();

/** Fetches no more messages than it has free places, so that none waits here while its time runs. */
export class Receiver {
    readonly #driver: Driver;
    readonly #handler: Handler;
    readonly #options: ReceiverOptions;
    readonly #stopping = new AbortController();
    readonly #running = new Set<Promise<void>>();
    readonly #settling: Batcher<Delivery>;

    constructor(driver: Driver, handler: Handler, options: ReceiverOptions) {
        this.#driver = driver;
        this.#handler = handler;
        this.#options = options;
        this.#settling = new Batcher(
            { count: driver.maxBatch, weight: driver.maxBatch, weigh: () => 1 },
            (deliveries) => this.#acknowledge(deliveries),
        );
    }

    /** Resolves when it was stopped and every handler is done. Rejects when the service refuses. */
    async run(): Promise<void> {
        const { signal } = this.#stopping;
        try {
            while (!signal.aborted) {
                const free = this.#options.concurrency - this.#running.size;
                if (free === 0) {
                    await Promise.race(this.#running);
                    continue;
                }
                const deliveries = await this.#driver.receive(Math.min(free, this.#driver.maxBatch), signal);
                for (const delivery of deliveries) this.#start(delivery);
            }
        } finally {
            await Promise.all(this.#running);
        }
    }

    stop(): void {
        this.#stopping.abort();
    }

    #start(delivery: Delivery): void {
        const task = this.#handle(delivery).finally(() => this.#running.delete(task));
        this.#running.add(task);
    }

    /** Never rejects: what goes wrong with one message is logged, and the service delivers it again. */
    async #handle(delivery: Delivery): Promise<void> {
        const renewal = this.#renew(delivery);
        try {
            await this.#handler(incoming(delivery));
        } catch (error) {
            clearInterval(renewal);
            await this.#giveBack(delivery, error);
            return;
        }
        try {
            // Renewed until it is settled, which may have to wait for a connection.
            await this.#settling.add(delivery);
        } catch (error) {
            this.#say(delivery, `was handled but not acknowledged, so it comes again: ${textOf(error)}`);
        } finally {
            clearInterval(renewal);
        }
    }

    #renew(delivery: Delivery): NodeJS.Timeout | undefined {
        if (!delivery.visibilitySeconds) return undefined;
        let pending = false;
        const extend = async () => {
            if (pending) return;
            pending = true;
            try {
                if (await this.#driver.extend(delivery)) return;
                clearInterval(timer);
                this.#say(delivery, "was not extended in time, so others may receive it again");
            } catch (error) {
                this.#say(delivery, `could not be extended: ${textOf(error)}`);
            } finally {
                pending = false;
            }
        };
        const timer = setInterval(() => void extend(), (delivery.visibilitySeconds * 1000) / 2);
        return timer;
    }

    async #acknowledge(deliveries: readonly Delivery[]): Promise<ReadonlyMap<Delivery, Error>> {
        for (const lost of await this.#driver.acknowledge(deliveries)) {
            this.#say(lost, "was acknowledged too late: its time was over and it was delivered again");
        }
        return NONE_FAILED;
    }

    async #giveBack(delivery: Delivery, error: unknown): Promise<void> {
        const delay = Math.min(this.#options.retrySeconds * 2 ** (delivery.deliveryCount - 1), LONGEST_RETRY_SECONDS);
        this.#say(delivery, `failed on delivery ${delivery.deliveryCount}: ${textOf(error)}`);
        try {
            await this.#driver.release(delivery, delay);
        } catch (releaseError) {
            this.#say(
                delivery,
                `could not be given back, so it comes again when its time is over: ${textOf(releaseError)}`,
            );
        }
    }

    #say(delivery: Delivery, what: string): void {
        this.#options.log(`twelvefold/runtime: message ${delivery.id} ${what}`);
    }
}

function textOf(error: unknown): string {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
