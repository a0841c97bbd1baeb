import * as http from "node:http";
import type { Endpoint } from "./endpoint.js";
import type { Source } from "./source.js";

const CHECK_MILLISECONDS = 500;
const ANSWER_MILLISECONDS = 2000;

/** Takes endpoints that cannot be connected to out of service, and brings them back when they answer again. */
export class Health {
    private readonly timers = new Set<NodeJS.Timeout>();
    private stopped = false;

    eject(source: Source, endpoint: Endpoint): void {
        if (endpoint.ejected || this.stopped) return;
        source.eject(endpoint);
        this.later(source, endpoint);
    }

    stop(): void {
        this.stopped = true;
        for (const timer of this.timers) clearTimeout(timer);
        this.timers.clear();
    }

    private later(source: Source, endpoint: Endpoint): void {
        const timer = setTimeout(() => {
            this.timers.delete(timer);
            void this.check(source, endpoint);
        }, CHECK_MILLISECONDS);
        this.timers.add(timer);
    }

    private async check(source: Source, endpoint: Endpoint): Promise<void> {
        if (!source.ejected().includes(endpoint)) return;
        const isReady = await answers(endpoint.config.port, source.config.readinessPath);
        if (this.stopped) return;
        if (isReady) source.admit(endpoint);
        else this.later(source, endpoint);
    }
}

/** True when a GET is answered with a status of 200 to 399 in time. */
function answers(port: number, path: string): Promise<boolean> {
    return new Promise((resolve) => {
        const options = { host: "127.0.0.1", port, path, agent: false, timeout: ANSWER_MILLISECONDS };
        const request = http.get(options, (response) => {
            response.resume();
            resolve(response.statusCode !== undefined && response.statusCode < 400);
            request.destroy();
        });
        request.on("timeout", () => request.destroy());
        request.on("error", () => resolve(false));
        request.on("close", () => resolve(false));
    });
}
