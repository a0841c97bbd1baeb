import { runProgram } from "twelvefold/testing";
import { beforeAll, expect, test } from "vitest";
import type { Profile } from "#dist/providers/contract.js";
import { loadTarget } from "#dist/providers/registry.js";
import { FEATURE_NAMES, type Feature } from "#dist/providers/support.js";
import { CASES } from "../../../conformance/cases.js";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { everything, otherStack, run } from "../programs.js";
import { applyAll, isReady } from "./release.js";

const target = loadTarget("kubernetes");
const SUPPORTED = FEATURE_NAMES.filter((feature) => target.supports[feature].level !== "unsupported");
const EVERYTHING = "every component with everything";

/** Every feature that the target promises, one by one: accepted, available, complete, and no pod refused. */
export function features(plane: () => ControlPlane, profile: Profile): void {
    const stack = profile.slice(0, 4);
    const objects = new Map<string, readonly ApiObject[]>();

    // All at once, and waited for one by one: the controllers work on all of them meanwhile.
    beforeAll(async () => {
        await makeNamespaces(plane());
        for (const feature of SUPPORTED) {
            const options = {
                target: "kubernetes",
                profile,
                project: projectOf(feature),
                stack,
                state: stateOf("1"),
            } as const;
            objects.set(feature, manifestsOf(await runProgram(CASES[feature].ask, options)));
        }
        const state = stateOf("1");
        const recording = await run(everything, {
            profile,
            project: "everything",
            stack,
            state: (resource) => otherStack(resource) ?? state(resource),
        });
        objects.set(EVERYTHING, manifestsOf(recording));
        await Promise.all([...objects.values()].map((made) => applyAll(plane().client, made)));
    });

    test.each([...SUPPORTED, EVERYTHING])("%s", async (what) => {
        const made = objects.get(what) ?? [];
        expect(made.length).toBeGreaterThan(0);
        for (const object of made) await isReady(plane().client, object);
        const namespaces = new Set(made.map(({ metadata }) => metadata.namespace));
        for (const namespace of namespaces) {
            if (namespace === undefined) continue;
            // Pods that admission refuses are told in events of their controllers only.
            const events = await plane().client.list("v1", "Event", namespace);
            expect(events.filter(({ reason }) => reason === "FailedCreate").map(({ message }) => message)).toEqual([]);
        }
    });

    test("and nothing to warn about", () => {
        expect(plane().client.http.warnings).toEqual([]);
    });
}

/** Those that the programs expect to be there already. */
async function makeNamespaces({ client }: ControlPlane): Promise<void> {
    for (const name of ["network-1", "other-dev"]) {
        const labels = { "pod-security.kubernetes.io/enforce": "restricted", "twelvefold.dev/project": "other" };
        await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    }
}

function projectOf(feature: Feature): string {
    return feature.toLowerCase().replaceAll(/[^a-z0-9]/g, "-");
}
