import { beforeAll, expect, test } from "vitest";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { everything, otherStack, run } from "../programs.js";

/** What the API server refuses of objects that it accepts otherwise: without these an accepted one would prove nothing. */
export function refusals(plane: () => ControlPlane): void {
    let objects: readonly ApiObject[];

    beforeAll(async () => {
        const state = stateOf("1");
        objects = manifestsOf(await run(everything, { state: (resource) => otherStack(resource) ?? state(resource) }));
        for (const name of ["test-dev", "other-dev"]) {
            const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
            await plane().client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
        }
        // Admission looks these up.
        const stored = ["Namespace", "ServiceAccount"];
        for (const object of objects) await plane().client.apply(object, { dryRun: !stored.includes(object.kind) });
    });

    const changed = (kind: string, change: (object: Loose) => void, name = ""): ApiObject => {
        const found = objects.find((object) => object.kind === kind && object.metadata.name.startsWith(name));
        const object = structuredClone(found);
        if (object === undefined) throw new Error(`There is no ${kind}.`);
        change(object as unknown as Loose);
        return object;
    };

    const podOf = (change: (spec: Loose) => void): ApiObject => {
        const deployment = changed("Deployment", ({ spec }) => change(spec?.template?.spec ?? {}));
        const { template } = deployment.spec ?? {};
        const metadata = { ...template?.metadata, name: "one", namespace: deployment.metadata.namespace ?? "" };
        return { apiVersion: "v1", kind: "Pod", metadata, spec: { ...template?.spec } };
    };

    test.each<readonly [what: string, object: () => ApiObject, message: RegExp]>([
        [
            "a pod that may gain privileges",
            () => podOf((spec) => set(list(spec.containers)?.securityContext, "allowPrivilegeEscalation", true)),
            /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
        ],
        [
            "a pause before SIGTERM that is longer than the grace",
            () => changed("Deployment", ({ spec }) => set(spec?.template?.spec, "terminationGracePeriodSeconds", 2)),
            /preStop\.sleep: Invalid value: 5: must be .* less than terminationGracePeriodSeconds \(2\)/,
        ],
        [
            "a misspelt field of a known kind",
            () => changed("Deployment", ({ spec }) => set(spec, "replica", 2)),
            /field not declared in schema/,
        ],
        [
            "a misspelt field of an operator's kind",
            () => changed("Cluster", ({ spec }) => set(spec, "instance", 3)),
            /\.spec\.instance: field not declared in schema/,
        ],
        [
            "a weight that is not whole",
            () => changed("HTTPRoute", ({ spec }) => set(list(list(spec?.rules)?.backendRefs), "weight", 0.5), "web-"),
            /weight.*must be of type integer/,
        ],
        [
            "six fields in a CronJob's schedule",
            () => changed("CronJob", ({ spec }) => set(spec, "schedule", "0 0 6 * * 1")),
            /expected exactly 5 fields/,
        ],
        [
            "a time zone that is none",
            () => changed("CronJob", ({ spec }) => set(spec, "timeZone", "Mars")),
            /unknown time zone Mars/,
        ],
        [
            "a ScaledObject without triggers",
            () => changed("ScaledObject", ({ spec }) => delete spec?.triggers),
            /spec\.triggers: Required value/,
        ],
        [
            "a queue of a type that is none",
            () => changed("Queue", ({ spec }) => set(spec, "deletionPolicy", "keep")),
            /spec\.deletionPolicy: Unsupported value: "keep"/,
        ],
        [
            "a Certificate without a Secret",
            () => changed("Certificate", ({ spec }) => delete spec?.secretName),
            /spec\.secretName: Required value/,
        ],
    ])("%s", async (_, object, message) => {
        await expect(plane().client.apply(object(), { dryRun: true })).rejects.toThrow(message);
    });
}

/** An object as this test changes it. */
interface Loose {
    [field: string]: Loose | undefined;
}

function set(object: Loose | undefined, field: string, value: unknown): void {
    if (object === undefined) throw new Error(`There is nothing to set ${field} in.`);
    (object as Record<string, unknown>)[field] = value;
}

/** The first of a list. */
function list(items: Loose | undefined): Loose | undefined {
    return (items as unknown as readonly Loose[] | undefined)?.[0];
}
