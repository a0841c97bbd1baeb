/**
 * `npm run quickstart`: deploys the shop on this machine with `pulumi up`, places an order, and shows what became of it.
 * `-- --destroy` takes everything away again.
 */
import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import { ensureEngine } from "./index.js";
import { progressOn } from "./progress.js";
import { follow } from "./quickstart/order.js";
import { Shop } from "./quickstart/shop.js";

const FOLDER = path.resolve(__dirname, "..", "..", ".twelvefold", "quickstart");
const progress = progressOn(process.stdout);

async function main(): Promise<void> {
    const started = performance.now();
    const engine = await ensureEngine(progress);
    console.log(`Pulumi ${engine.version} (${engine.binFolder})`);
    const shop = new Shop(engine, FOLDER);
    if (process.argv.includes("--destroy")) {
        await destroy(shop);
        return;
    }
    const changed = await shop.up();
    await follow(shop);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(
        changed === 0
            ? `\nNothing had to change: everything runs as it is declared (${seconds} s).`
            : `\n${changed} resources were created or changed (${seconds} s).`,
    );
    console.log(await nextSteps(shop));
}

async function destroy(shop: Shop): Promise<void> {
    if (!existsSync(FOLDER)) {
        console.log("There is nothing to destroy.");
        return;
    }
    await shop.destroy();
    rmSync(FOLDER, { recursive: true, force: true });
    console.log("Gone: every process, port and file. The engine stays in its cache for the next time.");
}

async function nextSteps(shop: Shop): Promise<string> {
    return `
  The shop             ${await shop.url()}
  What runs            npx twelvefold status
  Its lines            npx twelvefold logs --follow          (or: logs web --grep order --since 10m)
  Change it            edit stacks/shop/index.ts or stacks/shop/service/, then: npm run quickstart
  Take it away         npm run quickstart -- --destroy`;
}

main()
    .catch((error: Error) => {
        console.error(`\n${error.message}`);
        process.exitCode = 1;
    })
    .finally(() => progress.stop());
