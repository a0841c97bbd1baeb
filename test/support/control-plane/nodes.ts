import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { goSources } from "../go-tools.js";
import type { ApiClient } from "./client.js";

const KWOK = ["sigs.k8s.io/kwok", "v0.8.0", "h1:OTIOTwgROqPMovcTwxICx2eYQ4AwLpSx5EpjbDKF4SQ="] as const;
const STAGES = [
    "node/fast/node-initialize",
    "node/heartbeat/node-heartbeat",
    "pod/fast/pod-ready",
    "pod/fast/pod-complete",
    "pod/fast/pod-delete",
];

/** A pod with this label gets a node but never becomes ready: a release that does not start. */
export const NEVER_READY = "test.twelvefold.dev/never-ready";
/** A pod of a Job with this label fails: a release command that ends with 1. */
export const FAILS = "test.twelvefold.dev/fails";

interface Stage {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly selector: { readonly matchExpressions: object[] }; readonly next: object };
}

/** What becomes of pods: kwok's own stages, which let them start and end at once, except where a label says otherwise. */
export async function writeStages(folder: string): Promise<string> {
    const sources = path.join(await goSources(...KWOK), "kustomize", "stage");
    const stages = STAGES.map((name) => parse(readFileSync(path.join(sources, `${name}.yaml`), "utf8")) as Stage);
    const [ready, complete] = ["pod-ready", "pod-complete"].map((name) => {
        const stage = stages.find(({ metadata }) => metadata.name === name);
        if (stage === undefined) throw new Error(`kwok has no stage ${name}.`);
        return stage;
    }) as [Stage, Stage];
    const label = (name: string, operator: string) => ({ key: `.metadata.labels["${name}"]`, operator });
    const failing = structuredClone(complete);
    ready.spec.selector.matchExpressions.push(label(NEVER_READY, "DoesNotExist"));
    complete.spec.selector.matchExpressions.push(label(FAILS, "DoesNotExist"));
    failing.spec.selector.matchExpressions.push(label(FAILS, "Exists"));
    const failed = JSON.parse(
        JSON.stringify({ ...failing, metadata: { name: "pod-fail" } })
            .replace("exitCode: 0", "exitCode: 1")
            .replace("reason: Completed", "reason: Error")
            .replace("phase: Succeeded", "phase: Failed"),
    ) as Stage;
    const file = path.join(folder, "stages.yaml");
    writeFileSync(file, [...stages, failed].map((stage) => stringify(stage)).join("---\n"));
    return file;
}

/** Three nodes in two zones. */
export async function makeNodes(client: ApiClient): Promise<void> {
    const zones = ["zone-a", "zone-a", "zone-b"];
    const room = { cpu: "64", memory: "256Gi", pods: "500", "ephemeral-storage": "1Ti" };
    await Promise.all(
        zones.map(async (zone, index) => {
            const name = `node-${index}`;
            const labels = { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone };
            const node = { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
            await client.apply(node);
            await client.patch(node, { status: { capacity: room, allocatable: room } }, "status");
        }),
    );
}
