import * as path from "node:path";
import { debian, usersLayer } from "../debian.js";
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
            layers: [root, usersLayer(cluster.images, root, { postgres: POSTGRES_USER }, ["var/lib/postgresql"])],
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
