/** The Job: reads its plan from SHIFT, and ends with 0 when the release serves. */
import { Api } from "./api.js";
import { Cluster } from "./cluster.js";
import type { ShiftPlan } from "./plan.js";
import { shift } from "./shift.js";

const ACCOUNT = process.env.SHIFT_ACCOUNT ?? "/var/run/secrets/kubernetes.io/serviceaccount";

/** Ends every wait when the Job is told to end: its deadline, or a node that goes. */
class Clock {
    private readonly stopped = new AbortController();

    constructor() {
        process.once("SIGTERM", () => this.stopped.abort());
    }

    now(): number {
        return performance.now() / 1000;
    }

    sleep(seconds: number): Promise<void> {
        const { signal } = this.stopped;
        return new Promise((resolve, reject) => {
            const stop = () => {
                clearTimeout(timer);
                reject(new Error("the shift was told to end"));
            };
            const timer = setTimeout(() => {
                signal.removeEventListener("abort", stop);
                resolve();
            }, seconds * 1000);
            if (signal.aborted) stop();
            else signal.addEventListener("abort", stop, { once: true });
        });
    }
}

async function main(): Promise<void> {
    const plan = JSON.parse(process.env.SHIFT ?? "") as ShiftPlan;
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
    const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
    const api = new Api({ server, caFile: `${ACCOUNT}/ca.crt`, tokenFile: `${ACCOUNT}/token` });
    const cluster = new Cluster(plan, api);
    const clock = new Clock();
    try {
        await shift(plan, {
            serving: () => cluster.serving(),
            isNext: () => cluster.isNext(),
            weigh: (percent) => cluster.weigh(percent),
            serve: () => cluster.serve(),
            replicasOf: (release) => cluster.replicasOf(release),
            scale: (replicas) => cluster.scale(replicas),
            look: (windowSeconds) => cluster.look(windowSeconds),
            sleep: (seconds) => clock.sleep(seconds),
            now: () => clock.now(),
            log: (line) => console.log(line),
        });
    } finally {
        api.close();
    }
}

main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
