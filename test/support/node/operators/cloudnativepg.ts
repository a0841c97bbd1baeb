import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { debian, usersOf } from "../debian.js";
import type { Cluster } from "../index.js";
import { applyText, awaitDeployments, kustomized, moduleOf, programImage } from "./manifests.js";

const OPERATOR = "ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0";
export const POSTGRES = { major: "17", image: "ghcr.io/cloudnative-pg/postgresql:17-standard-trixie" } as const;
/** As in the operator's own images. */
const POSTGRES_USER = 26;

export async function installCloudNativePG(cluster: Cluster): Promise<void> {
    const module = "github.com/cloudnative-pg/cloudnative-pg";
    // It copies itself into the database's pods by the second name.
    await programImage(
        cluster,
        OPERATOR,
        ["cloudnativepg", `${module}/cmd/manager`],
        ["manager", "operator/manager_amd64"],
    );
    const root = await debian("trixie", ["postgresql-17"]);
    await cluster.images.load([
        {
            name: POSTGRES.image,
            layers: [root, usersLayer(cluster, root, { postgres: POSTGRES_USER }, ["var/lib/postgresql"])],
            config: {
                Env: ["PATH=/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"],
                User: String(POSTGRES_USER),
            },
        },
    ]);
    const config = path.join(await moduleOf(module), "config", "default");
    applyText(cluster, kustomized(cluster, config, [["controller:latest", OPERATOR]]));
    awaitDeployments(cluster, "cnpg-system");
}

/** A layer in which users have other numbers, and may write into folders. */
export function usersLayer(
    cluster: Cluster,
    root: string,
    ids: Readonly<Record<string, number>>,
    folders: readonly string[],
): string {
    return cluster.images.layer({}, (layer) => {
        for (const [file, text] of Object.entries(usersOf(root, ids))) {
            mkdirSync(path.dirname(path.join(layer, file)), { recursive: true });
            writeFileSync(path.join(layer, file), text);
        }
        for (const folder of folders) {
            mkdirSync(path.join(layer, folder), { recursive: true });
            chmodSync(path.join(layer, folder), 0o777);
        }
    });
}
