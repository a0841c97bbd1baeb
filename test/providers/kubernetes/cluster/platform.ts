import { expect, test } from "vitest";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import { runPlatform } from "../../../support/stacks.js";
import { manifestsOf, stateOf } from "../manifests.js";

/** What stacks/platform makes by itself; charts and manifests of others are theirs to show. */
export function platformProgram(plane: () => ControlPlane): void {
    test("the API server accepts its issuers, log store and agent, and an agent runs on every node", async () => {
        const { client } = plane();
        const acme = { email: "ops@example.com", solvers: [{ dns01: { route53: { region: "eu-central-1" } } }] };
        const config = { install: '["certManager", "logs"]', acme: JSON.stringify(acme) };
        const all = manifestsOf(await runPlatform(config, stateOf("1")));
        const objects = all.filter(({ apiVersion }) => apiVersion !== "helm.sh/v3");
        expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["StatefulSet", "DaemonSet"]));
        const warned = client.http.warnings.length;
        // Where its chart would be.
        await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "cert-manager" } });
        for (const object of objects) await client.apply(object);
        expect(client.http.warnings.slice(warned)).toEqual([]);
        const agent = objects.find(({ kind }) => kind === "DaemonSet");
        if (agent === undefined) throw new Error("There is no agent.");
        const nodes = await client.list("v1", "Node");
        await client.waitFor(agent, "on every node", (found) => found?.status?.numberReady === nodes.length);
        for (const object of [...objects].reverse()) await client.delete(object);
    });
}
