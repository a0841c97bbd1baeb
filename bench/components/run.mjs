/**
 * P1 and P4: what the library costs a program. Needs a build; `node bench/components/run.mjs [--quick]`.
 *
 * 1. A thousand apps under Pulumi's mocks, against the same custom resources written by hand (`raw`) and against those
 *    with one bare component around each (`bare`), which is what components cost in Pulumi itself. CPU time, fresh
 *    processes in turn, medians. The ratio counts only when all three ask for exactly the same custom resources.
 * 2. `require("twelvefold")` over `require("@pulumi/pulumi")`.
 */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { machine, median, report } from "../report.mjs";

const quick = process.argv.includes("--quick");
const APPS = quick ? 200 : 1000;
const ROUNDS = quick ? 3 : 5;
const VARIANTS = ["raw", "bare", "components"];
const root = path.resolve(import.meta.dirname, "../..");

console.log(machine());
sameResources();
overhead();
loading();

function child(...args) {
    const output = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
    return JSON.parse(output);
}

function sameResources() {
    const [raw, ...others] = VARIANTS.map((variant) =>
        child("bench/components/child.mjs", variant, "100", "--resources").sort((a, b) =>
            a.type + a.name < b.type + b.name ? -1 : 1,
        ),
    );
    for (const other of others) assert.deepEqual(other, raw, "The variants ask for different resources: no ratio.");
    console.log(`All variants ask for the same ${raw.length} custom resources (types, names and inputs, at 100 apps).`);
}

function overhead() {
    const runs = { raw: [], bare: [], components: [] };
    for (let round = 0; round < ROUNDS; round++) {
        for (const variant of VARIANTS) runs[variant].push(child("bench/components/child.mjs", variant, String(APPS)));
    }
    const cpu = Object.fromEntries(
        VARIANTS.map((variant) => [variant, median(runs[variant].map(({ cpuMilliseconds }) => cpuMilliseconds))]),
    );
    for (const variant of VARIANTS) {
        const all = runs[variant].map(({ cpuMilliseconds }) => Math.round(cpuMilliseconds)).join(" ");
        const [{ custom, components }] = runs[variant];
        console.log(`${variant.padEnd(10)} ${custom} resources, ${components} components: CPU ms ${all}`);
    }
    const added = (cpu.components - cpu.raw) / runs.components[0].custom;
    const figure = `${Math.round(cpu.components)} ms CPU for ${APPS} apps`;
    const overRaw = cpu.components / cpu.raw;
    report({ bench: "components", figure, goal: "1.10", met: overRaw <= 1.1, ratio: overRaw, peer: "raw resources" });
    const overBare = cpu.components / cpu.bare;
    report({
        bench: "components",
        figure: "the same",
        goal: "1.10",
        met: overBare <= 1.1,
        ratio: overBare,
        peer: "raw resources in bare components",
    });
    report({
        bench: "components",
        figure: `${added.toFixed(2)} ms CPU added for each resource`,
        goal: "2 ms",
        met: added <= 2,
    });
}

function loading() {
    const runs = Array.from({ length: ROUNDS + 2 }, () => child("--expose-gc", "bench/components/loading.cjs"));
    const figure = (step, field) => median(runs.map((run) => run[step][field]));
    const floor = figure("pulumi", "milliseconds");
    console.log(`@pulumi/pulumi: ${floor.toFixed(0)} ms, ${figure("pulumi", "mebibytes").toFixed(1)} MiB`);
    for (const [step, what, limit] of [
        ["ours", 'require("twelvefold")', 30],
        ["local", "then the local target", 100],
    ]) {
        const time = figure(step, "milliseconds");
        const memory = figure(step, "mebibytes");
        report({
            bench: "loading",
            figure: `${what}: ${time.toFixed(0)} ms, ${memory.toFixed(1)} MiB`,
            goal: `${limit} ms, 10 MiB`,
            met: time <= limit && memory <= 10,
            ratio: time / floor,
            peer: 'require("@pulumi/pulumi")',
        });
    }
}
