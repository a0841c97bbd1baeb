import type { AppStatus } from "../status.js";
import type { App } from "./app.js";

/** An app as it is at this moment. */
export function appStatus(app: App): AppStatus {
    const { spec, current, rollout } = app.state.get();
    return {
        name: app.name,
        process: spec?.process ?? "",
        release: current,
        releaseId: current === undefined ? undefined : app.releases.get(current)?.releaseId,
        rollout: rollout?.to,
        wanted: spec === undefined ? 0 : app.wanted(spec),
        internalUrl: app.address.url,
        routes: spec?.routes ?? [],
        replicas: app.fleet.all().map(({ record }) => ({
            id: record.id,
            release: record.release,
            state: record.phase,
            pid: record.identity?.pid,
            port: record.port,
            since: record.startedAt,
            restarts: record.restarts,
            lastProblem: record.lastProblem,
        })),
        releases: app.releases.list().map(({ number, releaseId, status, createdAt, activeAt, reason }) => ({
            number,
            releaseId,
            status,
            createdAt,
            activeAt,
            reason,
        })),
    };
}
