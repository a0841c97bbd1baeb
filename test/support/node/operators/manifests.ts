import { cpSync, mkdtempSync } from "node:fs";
import * as path from "node:path";
import { SOURCES } from "../../control-plane/definitions.js";
import { goSources, goTools } from "../../go-tools.js";
import type { Cluster } from "../index.js";

/** The published module of an operator, as its kinds are taken from. */
export async function moduleOf(name: string): Promise<string> {
    const found = SOURCES.find(({ module }) => module === name);
    if (found === undefined) throw new Error(`${name} is not among the sources of definitions.`);
    return goSources(found.module, found.version, found.sum);
}

/** A copy that may be changed. */
export function copyOf(cluster: Cluster, folder: string): string {
    const into = mkdtempSync(path.join(cluster.folder, "manifests-"));
    cpSync(folder, into, { recursive: true });
    return into;
}

/** The manifests of a module's own installation. @param changes text for text: images that do not exist here, mostly */
export function kustomized(
    cluster: Cluster,
    folder: string,
    changes: readonly (readonly [from: string | RegExp, to: string])[],
): string {
    const text = cluster.kubectl(["kustomize", folder]);
    return changes
        .reduce((all, [from, to]) => all.replaceAll(from, to), text)
        .replaceAll("imagePullPolicy: Always", "imagePullPolicy: IfNotPresent");
}

export function applyText(cluster: Cluster, text: string): void {
    cluster.kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], text);
    cluster.client.kinds.forget();
}

/** An image of one program that needs nothing else. */
export async function programImage(
    cluster: Cluster,
    name: string,
    [module, pkg]: readonly [string, string],
    paths: readonly [string, ...string[]],
): Promise<void> {
    const folder = await goTools({ module, packages: [pkg] });
    const program = path.join(folder, pkg === "." ? module : path.basename(pkg));
    const layer = cluster.images.layer(Object.fromEntries(paths.map((at) => [at, program])));
    await cluster.images.load([
        { name, layers: [layer], config: { Entrypoint: [`/${paths[0]}`], User: "65532:65532" } },
    ]);
}

/** Waits until all Deployments of a namespace are available. */
export function awaitDeployments(cluster: Cluster, namespace: string): void {
    const wait = ["wait", "--for=condition=Available", "deployment", "--all", "--timeout=180s"];
    cluster.kubectl(["--namespace", namespace, ...wait]);
}
