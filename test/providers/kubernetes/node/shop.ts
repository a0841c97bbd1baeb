import { chmodSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Recorded } from "twelvefold/testing";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { debian } from "../../../support/node/debian.js";
import type { Cluster } from "../../../support/node/index.js";
import { run } from "../../../support/node/shell.js";
import { runShop } from "../../../support/stacks.js";
import { manifestsOf, stateOf } from "../manifests.js";

const SHOP = path.resolve(__dirname, "../../../../stacks/shop");
const ROOT = path.resolve(__dirname, "../../../..");

export interface ShopImages {
    readonly service: string;
    readonly catalog: string;
    readonly node: string;
}

/** What the shop's Dockerfiles make, from Debian's Node and Python, and this package as it would be published. */
export async function shopImages(cluster: Cluster): Promise<ShopImages> {
    const root = await debian("trixie", ["nodejs", "python3"]);
    const service = mkdtempSync(path.join(cluster.folder, "service-"));
    // A folder of mkdtemp is its owner's alone, and so would be the one in the image.
    chmodSync(service, 0o755);
    cpSync(path.join(SHOP, "service"), service, { recursive: true });
    const [{ filename }] = JSON.parse(run("npm", ["pack", ROOT, "--json", "--pack-destination", cluster.folder]));
    const manifest = path.join(service, "package.json");
    const published = JSON.parse(readFileSync(manifest, "utf8"));
    published.dependencies.twelvefold = `file:${path.join(cluster.folder, filename)}`;
    writeFileSync(manifest, JSON.stringify(published));
    run("npm", ["install", "--prefix", service, "--omit=dev", "--no-audit", "--no-fund"]);
    const Env = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "NODE_ENV=production", "PYTHONUNBUFFERED=1"];
    const common = { WorkingDir: "/app", User: "10001:10001", Env };
    const { images } = cluster;
    const [ofService = "", ofCatalog = "", ofNode = ""] = await images.load([
        {
            name: "registry.test/shop-service:1",
            layers: [root, images.layer({ app: service })],
            config: { ...common, Cmd: ["node", "web.js"] },
        },
        {
            name: "registry.test/shop-catalog:1",
            layers: [root, images.layer({ app: path.join(SHOP, "catalog") })],
            config: { ...common, Cmd: ["python3", "catalog.py"] },
        },
        { name: "registry.test/node:1", layers: [root], config: { Env, User: "10001:10001" } },
    ]);
    return { service: ofService, catalog: ofCatalog, node: ofNode };
}

/** The objects of stacks/shop, unchanged, with the cluster's record and images that exist. */
export async function shopObjects(
    images: ShopImages,
    record: Record<string, unknown>,
    sessionKey: string,
): Promise<readonly ApiObject[]> {
    const named = stateOf("1");
    const state = (resource: Recorded): Record<string, unknown> | undefined => {
        if (resource.id === "twelvefold-system/twelvefold-platform") return record;
        if (resource.type !== "docker:index/image:Image") return named(resource);
        return { repoDigest: String(resource.inputs.imageName).includes("catalog") ? images.catalog : images.service };
    };
    const config = { "shop:sessionKey": sessionKey };
    return manifestsOf(await runShop({ target: "kubernetes", profile: "development", stack: "node", state, config }));
}
