import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.js";
import type { Shop } from "./shop.js";

const PAUSE_MILLISECONDS = 20;

let loads = 0;

/** Customers who write rows and send messages through the load balancer, and remember what they were promised. */
export class Load {
    readonly rows = new Set<string>();
    readonly messages = new Set<string>();
    /** Requests that were not answered with 201: allowed while something is down, as nothing was promised. */
    failed = 0;
    private readonly lanes: Promise<void>[];
    private going = true;

    constructor(
        private readonly shop: Shop,
        url: string,
    ) {
        const run = ++loads;
        this.lanes = (["rows", "messages"] as const).map(async (what) => {
            for (let i = 0; this.going; i++) await this.post(url, what, `${run}-${i}`);
        });
    }

    /** Waits until so many more of each were accepted. */
    async more(count: number, seconds = 30): Promise<void> {
        const rows = this.rows.size + count;
        const messages = this.messages.size + count;
        await until(async () => this.rows.size >= rows && this.messages.size >= messages, seconds);
    }

    /** Ends the load. @returns what was promised and is not there */
    async lost(): Promise<string[]> {
        this.going = false;
        await Promise.all(this.lanes);
        const missing = async (promised: Set<string>, text: string) => {
            const there = new Set((await this.shop.query(text)).map(({ id }) => id));
            return [...promised].filter((id) => !there.has(id));
        };
        const messages = () => missing(this.messages, "SELECT body AS id FROM handled");
        // A message that its worker died with comes again when its visibility timeout is over.
        await until(async () => (await messages()).length === 0, 15).catch(() => undefined);
        return [...(await missing(this.rows, "SELECT id FROM rows")), ...(await messages())];
    }

    private async post(url: string, what: "rows" | "messages", id: string): Promise<void> {
        try {
            const response = await fetch(`${url}/${what}/${id}`, {
                method: "POST",
                signal: AbortSignal.timeout(10_000),
            });
            await response.text();
            if (response.status === 201) {
                this[what].add(id);
                // There is a machine to be shared.
                await sleep(PAUSE_MILLISECONDS);
                return;
            }
        } catch {
            // Nobody answered.
        }
        this.failed++;
        await sleep(PAUSE_MILLISECONDS);
    }
}
