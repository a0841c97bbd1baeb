import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectKind, ResultOf, SecretResultOf, Secrets, SpecOf } from "./spec.js";
import type { Removed } from "./supervisor/protocol.js";
import { gone, homeExists, isThere, NoSupervisor, reach } from "./supervisor/reach.js";
import type { StackStatus } from "./supervisor/status.js";
import { Interrupted, isInterruption, lines, request, text } from "./supervisor/transport.js";

export type * from "./supervisor/status.js";
export { homeExists, isThere, NoSupervisor };

/** How often a call is made again when the supervisor dies in the middle of it. */
const TRIES = 5;

/**
 * The supervisor of a home.
 *
 * @param options.start Start it when it is not running. Any number of callers may do so at once: one supervisor comes.
 * @throws NoSupervisor when it is not running and not to be started.
 */
export async function connect(home: string, options: { readonly start?: boolean } = {}): Promise<SupervisorClient> {
    const start = options.start ?? false;
    await reach(home, start);
    return new SupervisorClient(home, start);
}

export interface Applied<K extends ObjectKind> {
    readonly result: ResultOf<K>;
    readonly secretResult: SecretResultOf<K>;
}

export interface Found<K extends ObjectKind> {
    readonly exists: boolean;
    readonly spec?: SpecOf<K>;
    readonly result?: ResultOf<K>;
    readonly secretResult?: SecretResultOf<K>;
    /** What is not as it should be, in sentences. */
    readonly drift: readonly string[];
}

export class SupervisorClient {
    constructor(
        readonly home: string,
        private readonly start: boolean,
    ) {}

    /**
     * Makes an object as asked for and waits until it is. Idempotent: what runs already is adopted, and what is being
     * made already is waited for. A supervisor that dies meanwhile is started again and asked again.
     *
     * @throws with a message for the user, for failed starts with the last lines printed.
     */
    async apply<K extends ObjectKind>(
        kind: K,
        name: string,
        body: {
            readonly spec: SpecOf<K>;
            readonly secrets: Secrets;
            readonly projectRoot: string;
            /** PATH for the processes; absent: that of the supervisor. */
            readonly searchPath?: string;
        },
        options: { readonly onProgress?: (line: string) => void } = {},
    ): Promise<Applied<K>> {
        const onProgress = options.onProgress ?? (() => undefined);
        return this.long<Applied<K>>("PUT", `/v1/objects/${kind}/${encodeURIComponent(name)}`, body, onProgress);
    }

    async read<K extends ObjectKind>(kind: K, name: string): Promise<Found<K>> {
        return this.short<Found<K>>(`/v1/objects/${kind}/${encodeURIComponent(name)}`);
    }

    /** Idempotent. With the last object the supervisor goes, and all that it had on this machine. */
    async remove(kind: ObjectKind, name: string): Promise<void> {
        if (!(await isThere(this.home))) return;
        const before = await reach(this.home, this.start);
        let removed: Removed;
        try {
            removed = await this.long<Removed>("DELETE", `/v1/objects/${kind}/${encodeURIComponent(name)}`);
        } catch (error) {
            if (error instanceof NoSupervisor && !homeExists(this.home)) return;
            throw error;
        }
        if (removed.last) await gone(before);
    }

    async status(): Promise<StackStatus> {
        return this.short<StackStatus>("/v1/status");
    }

    private async short<T>(url: string): Promise<T> {
        return this.again(async () => {
            const response = await request(this.home, "GET", url);
            const body: unknown = JSON.parse(await text(response));
            if (response.statusCode === 503) throw new Interrupted("the supervisor is leaving");
            if (response.statusCode !== 200) throw new Error((body as { error: string }).error);
            return body as T;
        });
    }

    private async long<T>(
        method: string,
        url: string,
        body?: unknown,
        onProgress: (line: string) => void = () => undefined,
    ): Promise<T> {
        return this.again(async () => {
            const response = await request(this.home, method, url, body);
            if (response.statusCode === 503) throw new Interrupted("the supervisor is leaving");
            if (response.statusCode !== 200) throw new Error(JSON.parse(await text(response)).error);
            for await (const line of lines(response)) {
                if ("done" in line) return line.done as T;
                if ("error" in line) throw new Error(line.error);
                onProgress(line.progress);
            }
            throw new Interrupted("the supervisor ended in the middle of its answer");
        });
    }

    private async again<T>(call: () => Promise<T>): Promise<T> {
        for (let tries = 1; ; tries++) {
            await reach(this.home, this.start);
            try {
                return await call();
            } catch (error) {
                if (!isInterruption(error)) throw error;
                if (tries >= TRIES) {
                    const log = path.join(this.home, "run", "supervisor.log");
                    throw new Error(
                        `The supervisor of ${this.home} ended ${tries} times during this call; see ${log}.`,
                    );
                }
                await sleep(100 * tries);
            }
        }
    }
}
