/**
 * What the azure target costs a program: the example of the core design, with its web app, worker, queue and job as often
 * as asked, against the same resources written by hand with the SDK's own classes. `node bench/azure/run.mjs [--quick]`;
 * needs a build.
 *
 * 1. The custom resources of both, by type, name and names of inputs: equal, but for the step that waits until a release
 *    serves, one for each app, which a hand-written program does without.
 * 2. CPU time under Pulumi's mocks, fresh processes in turn, medians.
 */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { machine, median, report } from "../report.mjs";

const quick = process.argv.includes("--quick");
const TIMES = quick ? 10 : 50;
const ROUNDS = quick ? 3 : 5;
const WAITS = "pulumi-nodejs:dynamic/twelvefold:AzureServing";
const root = path.resolve(import.meta.dirname, "../..");

console.log(machine());
resources();
overhead();

function child(...args) {
    const all = ["bench/azure/child.mjs", ...args];
    return JSON.parse(execFileSync(process.execPath, all, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 }));
}

function resources() {
    const sorted = (list) => list.sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1));
    const raw = sorted(child("raw", "1", "--resources"));
    const ours = sorted(child("components", "1", "--resources"));
    const waits = ours.filter(({ type }) => type === WAITS);
    assert.deepEqual(
        ours.filter(({ type }) => type !== WAITS),
        raw,
        "The variants ask for different resources: no ratio.",
    );
    const { components } = child("components", "1");
    // Of the example: two apps.
    const more = (components + waits.length - 7) / 2;
    console.log(
        `By hand ${raw.length} resources; with components ${ours.length}, and ${components} components around them.`,
    );
    report({
        bench: "azure",
        figure: `${waits.length / 2} custom resource and 1 component more for each app`,
        goal: "2",
        met: waits.length / 2 + 1 <= 2 && more <= 2,
        peer: `by hand: ${raw.length} resources`,
    });
}

function overhead() {
    const runs = { raw: [], components: [] };
    for (let round = 0; round < ROUNDS; round++) {
        for (const variant of Object.keys(runs)) runs[variant].push(child(variant, String(TIMES)));
    }
    const cpu = Object.fromEntries(
        Object.entries(runs).map(([variant, all]) => [variant, median(all.map((run) => run.cpuMilliseconds))]),
    );
    for (const [variant, all] of Object.entries(runs)) {
        const figures = all.map((run) => Math.round(run.cpuMilliseconds)).join(" ");
        console.log(
            `${variant.padEnd(10)} ${all[0].custom} resources, ${all[0].components} components: CPU ms ${figures}`,
        );
    }
    const ratio = cpu.components / cpu.raw;
    const figure = `${Math.round(cpu.components)} ms CPU for ${TIMES} times web, worker, queue and job`;
    report({ bench: "azure", figure, goal: "1.10", met: ratio <= 1.1, ratio, peer: "the same resources by hand" });
    const each = ([{ custom, components }], milliseconds) => milliseconds / (custom + components);
    const ours = each(runs.components, cpu.components);
    const perRegistration = ours / each(runs.raw, cpu.raw);
    report({
        bench: "azure",
        figure: `${ours.toFixed(1)} ms CPU for each registration, components and awaited steps included`,
        goal: "1.10",
        met: perRegistration <= 1.1,
        ratio: perRegistration,
        peer: "one by hand",
    });
}
