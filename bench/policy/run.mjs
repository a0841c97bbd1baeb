/**
 * P8: what the twelve-factor pack costs, with a real engine: `node bench/policy/run.mjs [--quick]`; needs a build.
 *
 * 1. From the start of the pack's process until it listens.
 * 2. Previews of a thousand resources with the pack and without it, in turn: the share, and the time for each resource.
 *
 * The peer of both is a pack of as many policies that look at nothing: what @pulumi/policy takes to hand out a resource
 * as many times (it reads it anew for each policy).
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { machine, median, report, seconds } from "../report.mjs";
import { Stack } from "../shop/stack.mjs";

const quick = process.argv.includes("--quick");
const ROUNDS = quick ? 1 : 5;
const RESOURCES = quick ? 200 : 1000;
const pack = path.resolve(import.meta.dirname, "../../policy");
const idle = path.join(import.meta.dirname, "idle");
const require = createRequire(import.meta.url);
const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
const counts = require("./idle/counts.json");
const { twelveFactorPolicies } = require("../../dist/policy/index.js");

const LABELS = { without: "no pack", idle: "a pack that does nothing", with: "the pack" };

checkCounts();
console.log(machine());
const start = await packStart();
await previews();

/** The pack that does nothing must have as many policies as ours. */
function checkCounts() {
    const policies = twelveFactorPolicies();
    const resource = policies.filter((policy) => "validateResource" in policy).length;
    const wanted = { resource, stack: policies.length - resource };
    if (isDeepStrictEqual(counts, wanted)) return;
    throw new Error(`bench/policy/idle/counts.json must be ${JSON.stringify(wanted)}.`);
}

/** As the engine's own script starts it. */
async function packStart() {
    const times = [];
    const floors = [];
    for (let round = 0; round < ROUNDS + 1; round++) {
        times.push(await firstLine(pack));
        floors.push(await firstLine(idle));
    }
    const milliseconds = median(times.slice(1));
    report({
        bench: "policy start",
        figure: seconds(milliseconds),
        goal: "1.0 s",
        met: milliseconds <= 1000,
        ratio: milliseconds / median(floors.slice(1)),
        peer: "a pack that does nothing",
    });
    return milliseconds;
}

async function firstLine(cwd) {
    const began = performance.now();
    const args = [runner, "127.0.0.1:0", ".", "-typescript=false"];
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve, reject) => {
        child.stdout.once("data", resolve);
        child.once("exit", () => reject(new Error(`The pack in ${cwd} ended before it said anything.`)));
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
    const times = { without: [], idle: [], with: [] };
    try {
        await stack.create();
        const settings = path.join(stack.folder, "settings.json");
        // Violations are told, so that the preview goes on to its end.
        writeFileSync(settings, JSON.stringify({ all: "advisory" }));
        await stack.time("preview");
        for (let round = 0; round < ROUNDS; round++) {
            times.without.push(await stack.time("preview"));
            times.idle.push(await stack.time("preview", "--policy-pack", idle));
            times.with.push(await stack.time("preview", "--policy-pack", pack, "--policy-pack-config", settings));
        }
    } finally {
        await stack.remove();
    }
    for (const [name, all] of Object.entries(times))
        console.log(`preview, ${LABELS[name]}: ${all.map(seconds).join(", ")}`);
    const added = (name) => median(times[name]) - median(times.without) - start;
    const each = added("with") / RESOURCES;
    report({
        bench: "policy resource",
        figure: `${each.toFixed(2)} ms for each of ${RESOURCES} resources, the start left out`,
        goal: "1.5 ms",
        met: each <= 1.5,
        ratio: added("with") / added("idle"),
        peer: "a pack that does nothing",
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
