import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Load {
    readonly sent: number;
    /** What went wrong, each with its time. */
    readonly failures: readonly string[];
    readonly p99Milliseconds: number;
}

const PAUSE_MILLISECONDS = 16;

/** Requests at an even pace until `work` has ended, half of them on connections of their own. */
export async function underLoad(url: string, work: () => Promise<void>): Promise<Load> {
    const agent = new http.Agent({ keepAlive: true });
    const failures: string[] = [];
    const times: number[] = [];
    const running: Promise<void>[] = [];
    let ended = false;
    const worked = work().finally(() => {
        ended = true;
    });
    // Its failure is told below, when the requests that are on their way have ended.
    worked.catch(() => undefined);
    for (let sent = 0; !ended; sent++) {
        running.push(request(url, sent % 2 === 0 ? agent : undefined, failures, times));
        await sleep(PAUSE_MILLISECONDS);
    }
    await Promise.all(running);
    agent.destroy();
    await worked;
    times.sort((a, b) => a - b);
    return {
        sent: running.length,
        failures,
        p99Milliseconds: times[Math.floor(times.length * 0.99)] ?? Number.POSITIVE_INFINITY,
    };
}

function request(url: string, agent: http.Agent | undefined, failures: string[], times: number[]): Promise<void> {
    const from = performance.now();
    return new Promise((resolve) => {
        const end = (failure?: string) => {
            if (failure !== undefined) failures.push(`${new Date().toISOString()} ${failure}`);
            times.push(performance.now() - from);
            resolve();
        };
        const asked = http.get(url, { agent: agent ?? false, timeout: 20_000 }, (response) => {
            response.resume();
            response.once("error", (error) => end(error.message));
            response.once("end", () => end(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
        });
        asked.once("timeout", () => asked.destroy(new Error("no answer within 20 s")));
        asked.once("error", (error) => end(error.message));
    });
}
