import { expect, test } from "vitest";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import { CLUSTER_CA, runPlatform } from "../../../support/stacks.js";
import { manifestsOf, stateOf } from "../manifests.js";

/** What stacks/platform makes by itself; charts and manifests of others are theirs to show. */
export function platformLogs(plane: () => ControlPlane): void {
    test("the API server accepts the log store and its agent, and an agent runs on every node", async () => {
        const { client } = plane();
        const config = { install: '["logs"]', record: JSON.stringify({ ca: CLUSTER_CA }) };
        const objects = manifestsOf(await runPlatform(config, stateOf("1")));
        expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["StatefulSet", "DaemonSet"]));
        const warned = client.http.warnings.length;
        for (const object of objects) await client.apply(object);
        expect(client.http.warnings.slice(warned)).toEqual([]);
        const agent = objects.find(({ kind }) => kind === "DaemonSet");
        if (agent === undefined) throw new Error("There is no agent.");
        const nodes = await client.list("v1", "Node");
        await client.waitFor(agent, "on every node", (found) => found?.status?.numberReady === nodes.length);
        for (const object of [...objects].reverse()) await client.delete(object);
    });
}
