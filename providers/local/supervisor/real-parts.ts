import * as path from "node:path";
import { ProcessSampler, Scaler, type ScalerState } from "../autoscale/index.js";
import { connect, homeExists } from "../client.js";
import { AlertWatcher, applyRetention, notifier, parseLine, RawFollower, SinkWriter } from "../logs/index.js";
import { Cluster } from "../postgres/index.js";
import { ProxyClient, selfSignedCertificate } from "../proxy/index.js";
import type { Parts } from "./parts.js";

/** The parts that the supervisor is made of, outside of tests. */
export function realParts(): Parts {
    return {
        proxy: (socket) => new ProxyClient(socket),
        proxyMain: path.join(__dirname, "..", "proxy", "main.js"),
        cluster: (home, programFolder) => new Cluster(home, { programFolder }),
        logs: {
            writer: (folder, options) => new SinkWriter(folder, options),
            follower: (file, offsetFile, onLine) => new RawFollower(file, offsetFile, onLine),
            parseLine,
            applyRetention,
            notifier: (log) => notifier({ log }),
            watcher: (alerts, notify) => new AlertWatcher(alerts, notify),
        },
        scaler: (spec, state) => (state ? Scaler.restore(spec, state as ScalerState) : new Scaler(spec)),
        sampler: () => new ProcessSampler(),
        wake: async (home) => {
            if (!homeExists(home)) {
                throw new Error(
                    `${home} is not there: the stack of this load balancer was destroyed, or its state is in another place ` +
                        "(XDG_STATE_HOME, PULUMI_BACKEND_URL). Run pulumi up on that stack first.",
                );
            }
            await connect(home, { start: true });
        },
        foreignBacklog: async (home, queue) => {
            const client = await connect(home, { start: true });
            const depth = (await client.status()).queues.find(({ name }) => name === queue)?.depth;
            return depth && depth.visible + depth.inFlight;
        },
        certificate: (folder, hostname) => selfSignedCertificate(hostname, folder),
    };
}
