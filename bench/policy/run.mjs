/**
 * P8: what the twelve-factor pack costs, with a real engine: `node bench/policy/run.mjs [--quick]`; needs a build.
 *
 * 1. From the start of the pack's process until it listens.
 * 2. Previews of a thousand resources with the pack and without it, in turn: the share, and the time for each resource.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { machine, median, report, seconds } from "../report.mjs";
import { Stack } from "../shop/stack.mjs";

const quick = process.argv.includes("--quick");
const ROUNDS = quick ? 1 : 5;
const RESOURCES = quick ? 200 : 1000;
const pack = path.resolve(import.meta.dirname, "../../policy");
const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");

console.log(machine());
const start = await packStart();
await previews();

/** As the engine's own script starts it. */
async function packStart() {
    const times = [];
    const floors = [];
    for (let round = 0; round < ROUNDS + 1; round++) {
        times.push(await firstLine([runner, "127.0.0.1:0", ".", "-typescript=false"]));
        floors.push(await firstLine(["-e", "require('@pulumi/policy'); console.log('loaded')"]));
    }
    const milliseconds = median(times.slice(1));
    report({
        bench: "policy start",
        figure: seconds(milliseconds),
        goal: "1.0 s",
        met: milliseconds <= 1000,
        ratio: milliseconds / median(floors.slice(1)),
        peer: "@pulumi/policy alone",
    });
    return milliseconds;
}

async function firstLine(args) {
    const began = performance.now();
    const child = spawn(process.execPath, args, { cwd: pack, stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve, reject) => {
        child.stdout.once("data", resolve);
        child.once("exit", () => reject(new Error(`node ${args.join(" ")} ended before it said anything.`)));
    });
    const milliseconds = performance.now() - began;
    child.kill();
    await ended;
    return milliseconds;
}

async function previews() {
    const stack = new Stack("bench", path.join(import.meta.dirname, "program.cjs"), {
        "bench:resources": String(RESOURCES),
    });
    const times = { without: [], with: [] };
    try {
        await stack.create();
        const settings = path.join(stack.folder, "settings.json");
        // Violations are told, so that the preview goes on to its end.
        writeFileSync(settings, JSON.stringify({ all: "advisory" }));
        await stack.time("preview");
        for (let round = 0; round < ROUNDS; round++) {
            times.without.push(await stack.time("preview"));
            times.with.push(await stack.time("preview", "--policy-pack", pack, "--policy-pack-config", settings));
        }
    } finally {
        await stack.remove();
    }
    for (const [name, all] of Object.entries(times))
        console.log(`preview ${name} the pack: ${all.map(seconds).join(", ")}`);
    const more = median(times.with) - median(times.without);
    const each = (more - start) / RESOURCES;
    report({
        bench: "policy resource",
        figure: `${each.toFixed(2)} ms for each of ${RESOURCES} resources, the start left out`,
        goal: "1.5 ms",
        met: each <= 1.5,
    });
    const ratio = median(times.with) / median(times.without);
    report({
        bench: "policy preview",
        figure: seconds(median(times.with)),
        goal: "1.25",
        met: ratio <= 1.25,
        ratio,
        peer: "the preview without the pack",
    });
}
