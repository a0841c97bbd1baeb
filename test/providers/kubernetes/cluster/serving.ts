/** What a Service sends traffic to, at every moment of an update. */
import type { ApiClient } from "../../../support/control-plane/client.js";

interface Endpoint {
    readonly conditions: { readonly ready: boolean };
    readonly targetRef: { readonly name: string };
}

/** Names of the pods behind a Service that are ready. */
export async function servingPods(client: ApiClient, namespace: string, service: string): Promise<readonly string[]> {
    const labels = `kubernetes.io/service-name=${service}`;
    const slices = await client.list("discovery.k8s.io/v1", "EndpointSlice", namespace, labels);
    return slices
        .flatMap(({ endpoints }) => (endpoints ?? []) as readonly Endpoint[])
        .filter(({ conditions }) => conditions.ready)
        .map(({ targetRef }) => targetRef.name)
        .sort();
}

/** Runs `work` and tells how few ready pods were behind a Service at any time that was looked at meanwhile. */
export async function fewestServing(
    client: ApiClient,
    namespace: string,
    service: string,
    work: () => Promise<void>,
): Promise<{ readonly fewest: number; readonly looks: number }> {
    let done = false;
    const working = work().finally(() => {
        done = true;
    });
    let [fewest, looks] = [Number.POSITIVE_INFINITY, 0];
    while (!done) {
        fewest = Math.min(fewest, (await servingPods(client, namespace, service)).length);
        looks++;
    }
    await working;
    return { fewest, looks };
}
