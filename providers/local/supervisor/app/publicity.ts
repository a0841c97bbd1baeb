import type { AppSpec } from "../../spec.js";
import { message } from "../wait.js";
import type { App } from "./app.js";

/** Tells the proxies of the app before anything depends on it: a conflict of routes is found before anything runs. */
export async function announce(app: App, spec: AppSpec): Promise<void> {
    if (!spec.listens) return;
    await app.address.listen();
    app.fleet.traffic.forgetTold();
    await app.fleet.traffic.publishSurely();
}

/** The proxies know what is, and those that carry the app no more forget it. */
export async function settle(app: App, spec: AppSpec): Promise<void> {
    const { fleet, state } = app;
    fleet.traffic.sharing = {};
    app.announced = undefined;
    const homes = fleet.traffic.homes(spec);
    const left = state.get().homes.filter((home) => !homes.includes(home));
    try {
        await fleet.traffic.publish();
        await fleet.traffic.withdraw(left);
        state.change({ homes });
    } catch (error) {
        // The loop tells the proxies again; the app itself is as asked for.
        app.event(message(error));
    }
}
