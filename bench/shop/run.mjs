/**
 * P5, P7 and P9, with a real engine: `node bench/shop/run.mjs [--quick]`; needs a build.
 *
 * 1. `up`, `up` again and `destroy` of the shop on this machine, engine warm, against a hand-written program of as many
 *    dynamic resources that do nothing, each in a component: what the engine takes in any case.
 * 2. `preview` of a thousand apps, with components and written by hand.
 * 3. Bytes of provider code that a local resource has in the state.
 */
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { machine, median, report, seconds } from "../report.mjs";
import { Stack } from "./stack.mjs";

const quick = process.argv.includes("--quick");
const ROUNDS = quick ? 1 : 3;
const APPS = quick ? 100 : 1000;
const root = path.resolve(import.meta.dirname, "../..");
const GOALS = { up: 12, "no-op up": 3, destroy: 8 };

console.log(machine());
await shop();
await previews();

async function shop() {
    const figures = { shop: { up: [], "no-op up": [], destroy: [] }, floor: { up: [], "no-op up": [], destroy: [] } };
    let count = 9;
    for (let round = 0; round < ROUNDS; round++) {
        const stack = new Stack("shop", path.join(root, "stacks/shop/index.ts"), {
            "twelvefold:target": "local",
            "twelvefold:profile": "development",
            "shop:minReplicas": "2",
            "shop:maxReplicas": "4",
            "shop:logRetentionDays": "3",
        });
        const floor = new Stack("floor", path.join(import.meta.dirname, "floor.ts"), { "floor:count": String(count) });
        try {
            await stack.create({ "shop:sessionKey": randomBytes(32).toString("hex") });
            await floor.create();
            await floor.time("preview");
            await operations(floor, figures.floor);
            count = await operations(stack, figures.shop);
        } finally {
            await stack.remove();
            await floor.remove();
        }
    }
    for (const [operation, goal] of Object.entries(GOALS)) {
        const all = (who) => figures[who][operation].map(seconds).join(", ");
        console.log(`${operation}: shop ${all("shop")}; floor ${all("floor")}`);
        const milliseconds = median(figures.shop[operation]);
        report({
            bench: "shop",
            figure: `${operation} ${seconds(milliseconds)}`,
            goal: `${goal} s`,
            met: milliseconds <= goal * 1000,
            ratio: milliseconds / median(figures.floor[operation]),
            peer: `${count} no-op dynamic resources`,
        });
    }
}

/** @returns how many local resources the stack had */
async function operations(stack, figures) {
    figures.up.push(await stack.time("up", "--yes", "--skip-preview"));
    figures["no-op up"].push(await stack.time("up", "--yes", "--skip-preview", "--expect-no-changes"));
    const state = JSON.parse(await stack.pulumi("stack", "export", "--stack", "dev"));
    const dynamic = state.deployment.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
    if (figures.up.length === 1 && state.deployment.resources.some(({ type }) => type.startsWith("twelvefold:"))) {
        providerCode(dynamic);
    }
    figures.destroy.push(await stack.time("destroy", "--yes", "--skip-preview"));
    return dynamic.length;
}

function providerCode(resources) {
    const bytes = resources.map(({ inputs, outputs }) =>
        Buffer.byteLength(JSON.stringify([inputs?.__provider ?? "", outputs?.__provider ?? ""])),
    );
    const most = Math.max(...bytes);
    report({
        bench: "state",
        figure: `${most} bytes of provider code in the state for each local resource (inputs and outputs)`,
        goal: "1,000 bytes",
        met: most <= 1000,
    });
}

async function previews() {
    const variants = ["raw", "bare", "components"];
    const stacks = variants.map(
        (variant) =>
            new Stack("thousand", path.join(import.meta.dirname, "thousand.cjs"), {
                "twelvefold:target": "local",
                "thousand:variant": variant,
                "thousand:apps": String(APPS),
            }),
    );
    const times = { raw: [], bare: [], components: [] };
    try {
        for (const stack of stacks) await stack.create();
        for (let round = 0; round < ROUNDS; round++) {
            for (const [index, variant] of variants.entries()) times[variant].push(await stacks[index].time("preview"));
        }
    } finally {
        for (const stack of stacks) await stack.remove();
    }
    for (const variant of variants) console.log(`preview, ${variant}: ${times[variant].map(seconds).join(", ")}`);
    for (const [peer, name] of [
        ["raw", "raw resources"],
        ["bare", "raw resources in bare components"],
    ]) {
        const ratio = median(times.components) / median(times[peer]);
        report({
            bench: "preview",
            figure: `${seconds(median(times.components))} for ${APPS} apps`,
            goal: "1.10",
            met: ratio <= 1.1,
            ratio,
            peer: name,
        });
    }
}
