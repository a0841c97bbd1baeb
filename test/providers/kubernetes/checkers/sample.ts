/** What the checkers read: production stacks, as YAML files. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { runShop, runStrangler } from "../../../support/stacks.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { everything, otherStack, run, shifted } from "../programs.js";

/** As a team would set it for each of its stacks. */
const kubernetes = JSON.stringify({
    owner: "shop team",
    commit: "0a1b2c3",
    repository: "https://git.example.com/shop",
});

/** The objects of the shop, of the strangler, of a canary and of every component with everything, in production. */
export async function productionObjects(): Promise<readonly ApiObject[]> {
    const state = stateOf("1");
    const options = { profile: "production", stack: "prod", state } as const;
    const config = { "twelvefold:kubernetes": kubernetes };
    const recordings = [
        await runShop({ target: "kubernetes", ...options, config: { ...config, "shop:domain": "shop.example.com" } }),
        await runStrangler(20, { target: "kubernetes", ...options, config }),
        await run(everything, { ...options, config, state: (resource) => otherStack(resource) ?? state(resource) }),
        await run(() => shifted(), { ...options, config, project: "shifted" }),
    ];
    return recordings.flatMap(manifestsOf);
}

export interface Files {
    readonly folder: string;
    readonly files: readonly string[];
    remove(): void;
}

/** Writes each object into a file of its own. */
export function writeYaml(objects: readonly ApiObject[]): Files {
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-checkers-"));
    const files = objects.map((object, index) => {
        const { namespace = "cluster", name } = object.metadata;
        const file = path.join(folder, namespace, `${index}-${object.kind}-${name}.yaml`);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, stringify(object));
        return file;
    });
    return { folder, files, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
