import { waitFor } from "./clock.js";
import { type App, type AppClient, type Revision, releaseOf } from "./container-app.js";
import { failureOf, isReady, PLACE_SECONDS } from "./readiness.js";

export interface Expected {
    readonly releaseId: string;
    readonly startupSeconds: number;
    /** Whether Azure replaces releases by itself: then one that fails must be taken back, or it takes over later. */
    readonly takesBack: boolean;
}

/**
 * Waits until the declared release is the one that serves: Azure says that an update succeeded while its revision does
 * not start.
 *
 * @returns its revision
 * @throws Error when it does not serve; what served before then serves on
 */
export async function serving(app: AppClient, expected: Expected): Promise<string> {
    const { releaseId, startupSeconds } = expected;
    const seconds = startupSeconds + PLACE_SECONDS;
    let failure: string | undefined;
    const name = await waitFor(app.client.clock, seconds, async () => {
        const found = await app.get();
        if (found === undefined) throw new Error(`The container app ${app.name} does not exist.`);
        const active = await app.activeRevisions();
        const declared = active.find(({ properties }) => releaseOf(properties.template) === releaseId);
        if (declared !== undefined && serves(found, declared)) return declared.name;
        failure = declared && failureOf(declared);
        return failure === undefined ? undefined : "";
    });
    if (name) return name;
    const why = failure ?? `release ${releaseId} did not become ready within ${seconds} seconds`;
    const kept = expected.takesBack ? await takeBack(app, releaseId) : undefined;
    throw new Error(
        `${why}. ${kept === undefined ? "What served before it serves on." : `Revision ${kept} serves on, and its template is the app's again. To try the same release once more: pulumi up --refresh.`} ` +
            `Its log: az containerapp logs show --name ${app.name} --resource-group ${app.group.split("/").at(-1)}`,
    );
}

function serves({ properties }: App, revision: Revision): boolean {
    return (
        properties.provisioningState === "Succeeded" &&
        properties.latestRevisionName === revision.name &&
        properties.latestReadyRevisionName === revision.name &&
        isReady(revision)
    );
}

/** @returns the revision that serves; undefined where there is none */
async function takeBack(app: AppClient, releaseId: string): Promise<string | undefined> {
    const stable = (await app.activeRevisions()).find(
        (revision) => releaseOf(revision.properties.template) !== releaseId && isReady(revision),
    );
    if (stable === undefined) return undefined;
    const { revisionSuffix: _, ...template } = stable.properties.template;
    await app.change({ template });
    return stable.name;
}
