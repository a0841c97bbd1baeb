/** Applies manifests the way `pulumi up` does, and takes them away the way `pulumi destroy` does. */
import type { ApiClient } from "../../../support/control-plane/client.js";
import { type ApiObject, condition, described, isTrue } from "../../../support/control-plane/objects.js";

/**
 * Applies a release in order, waits for what Pulumi waits for, and then removes what the release before had and this one
 * has not.
 *
 * @throws what the API server refuses, with the object's name before it; nothing of the old release is removed then
 */
export async function deploy(
    client: ApiClient,
    objects: readonly ApiObject[],
    before: readonly ApiObject[] = [],
): Promise<void> {
    for (const object of objects) {
        await applied(client, object, objects);
        // What comes after it may count on it: the Deployment on the release command, the Service on the pods.
        await isReady(client, object);
    }
    const kept = new Set(objects.map(described));
    await remove(
        client,
        before.filter((object) => !kept.has(described(object))),
    );
}

/** Applies in order and waits for nothing. */
export async function applyAll(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
    for (const object of objects) await applied(client, object, objects);
}

/** Waits until a Job has completed or a Deployment has rolled out; other kinds are ready at once. */
export async function isReady(client: ApiClient, object: ApiObject): Promise<void> {
    if (object.kind === "Job") await jobCompletes(client, object);
    if (object.kind === "Deployment") await client.waitFor(object, "rolled out", isComplete);
}

async function applied(client: ApiClient, object: ApiObject, all: readonly ApiObject[]): Promise<void> {
    try {
        await client.apply(await withoutCount(client, object, all));
    } catch (error) {
        throw new Error(`${described(object)}: ${error instanceof Error ? error.message : String(error)}`);
    }
}

/** The option `ignoreChanges: ["spec.replicas"]`: once an autoscaler has set the count, it is not sent again. */
async function withoutCount(client: ApiClient, object: ApiObject, all: readonly ApiObject[]): Promise<ApiObject> {
    const isScaled = all.some(({ spec }) => spec?.scaleTargetRef?.name === object.metadata.name);
    if (object.kind !== "Deployment" || !isScaled) return object;
    const live = await client.get(object);
    if (live === undefined || live.spec?.replicas === object.spec?.replicas) return object;
    const { replicas: _, ...spec } = object.spec ?? {};
    return { ...object, spec } as ApiObject;
}

async function jobCompletes(client: ApiClient, job: ApiObject): Promise<void> {
    const ended = await client.waitFor(job, "ended", (live) => isTrue(live, "Complete") || isTrue(live, "Failed"));
    if (isTrue(ended, "Complete")) return;
    throw new Error(`${described(job)} failed: ${condition(ended, "Failed")?.reason}`);
}

/** As `kubectl rollout status` decides. */
function isComplete(live: ApiObject | undefined): boolean {
    const { replicas: wanted = 1 } = live?.spec ?? {};
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = live?.status ?? {};
    const seen = observedGeneration >= (live?.metadata.generation ?? Number.POSITIVE_INFINITY);
    return seen && updatedReplicas === wanted && replicas === updatedReplicas && availableReplicas === updatedReplicas;
}

/** Deletes the last first, and waits until all are gone. */
export async function remove(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
    for (const object of [...objects].reverse()) {
        // What is in a namespace may have gone with it.
        if ((await client.get(object)) !== undefined) await client.delete(object);
    }
    for (const object of objects) await client.waitFor(object, "gone", (live) => live === undefined);
}
