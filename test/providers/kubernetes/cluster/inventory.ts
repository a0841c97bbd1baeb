/** Everything that a cluster holds, to show that nothing is left of what was deleted. */
import type { ApiClient } from "../../../support/control-plane/client.js";
import { described } from "../../../support/control-plane/objects.js";

/** They come and go by themselves. */
const PASSING = new Set(["Event", "Lease"]);

/** One line for every object in every namespace. */
export async function inventory(client: ApiClient): Promise<ReadonlySet<string>> {
    const kinds = (await client.kinds.every()).filter(({ kind }) => !PASSING.has(kind));
    const lists = await Promise.all(kinds.map(({ apiVersion, kind }) => client.list(apiVersion, kind)));
    return new Set(lists.flat().map(described));
}
