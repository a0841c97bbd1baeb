import type { Request } from "../context.js";
import type { App } from "./app.js";
import { failure, TAIL } from "./failure.js";
import { announce, settle } from "./publicity.js";
import type { Release } from "./releases.js";

/** Changes what needs no new release: replicas, routes, health, logs, scaling. */
export async function adjust(app: App, request: Request<"app">, serving: Release): Promise<void> {
    const { spec, progress } = request;
    const { fleet, state, name } = app;
    const before = state.get();
    const number = serving.number;
    state.change({ spec, homes: [...new Set([...before.homes, ...fleet.traffic.homes(spec)])] });
    try {
        await announce(app, spec);
        progress(`release ${number} goes on with ${app.wanted(spec)} replicas`);
        app.busy = false;
        await app.balance();
        // Asked for each time: the autoscaler may change its mind meanwhile.
        const isThere = () =>
            fleet.of(number).length === app.wanted(spec) && fleet.of(number).every((replica) => replica.ready);
        if (!(await fleet.changes.until(isThere, spec.health.startupSeconds * 1000 + 5000))) {
            const reason = (await app.drift()).join("; ");
            throw new Error(failure(name, number, number, reason, await fleet.tail(number, TAIL)));
        }
    } catch (error) {
        if (before.spec !== undefined) state.change({ spec: before.spec });
        app.fleet.traffic.forgetTold();
        throw error;
    }
    await settle(app, spec);
}
