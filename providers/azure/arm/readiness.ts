import { waitFor } from "./clock.js";
import { type AppClient, type Revision, releaseOf } from "./container-app.js";

/** What a revision may take beyond its own start: pulling the image, finding a place. */
export const PLACE_SECONDS = 120;

/** Why a revision will not become ready, if that is certain. */
export function failureOf({ name, properties }: Revision): string | undefined {
    const { provisioningState, provisioningError, runningState, runningStateDetails } = properties;
    const why = runningStateDetails || provisioningError;
    if (provisioningState === "Failed" || runningState === "Failed" || runningState === "Degraded") {
        return `revision ${name} is ${runningState ?? provisioningState}${why ? `: ${why}` : ""}`;
    }
    return undefined;
}

/** Whether a revision can take its share. */
export function isReady({ properties }: Revision): boolean {
    const { healthState, replicas = 0, template } = properties;
    return healthState === "Healthy" && replicas >= (template.scale?.minReplicas ?? 0);
}

/**
 * Waits until the newest revision of a release can take traffic.
 *
 * @throws Error that says why it cannot
 */
export async function readyRevision(app: AppClient, releaseId: string, startupSeconds: number): Promise<Revision> {
    const seconds = startupSeconds + PLACE_SECONDS;
    let last: Revision | undefined;
    const ready = await waitFor(app.client.clock, seconds, async () => {
        const active = await app.activeRevisions();
        last = active.find(({ properties }) => releaseOf(properties.template) === releaseId);
        if (last === undefined) return undefined;
        const failure = failureOf(last);
        if (failure !== undefined) throw new Error(failure);
        return isReady(last) ? last : undefined;
    });
    if (ready !== undefined) return ready;
    throw new Error(
        last === undefined
            ? `no revision of release ${releaseId} appeared within ${seconds} seconds`
            : `revision ${last.name} did not become ready within ${seconds} seconds (health ${last.properties.healthState ?? "unknown"}, ` +
                  `${last.properties.replicas ?? 0} replicas)`,
    );
}
