/**
 * What the library costs on AWS, under Pulumi's mocks: `node bench/aws/run.mjs [--quick]`; needs a build.
 *
 * 1. Resources of the core example, against a hand-written program for the same (by-hand.mjs).
 * 2. CPU time of the core example a number of times, against the same resources without the library, and against those with
 *    a bare component around each component's (raw.mjs). Fresh processes in turn, medians. The ratio counts only when all
 *    ask for exactly the same custom resources.
 */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { machine, median, report } from "../report.mjs";
import { BY_HAND, MORE } from "./by-hand.mjs";
import { templateOf } from "./template.mjs";

const quick = process.argv.includes("--quick");
const SHOPS = quick ? 3 : 10;
const ROUNDS = quick ? 3 : 7;
const GOAL = 1.1;
const MOST_MORE_PER_APP = 2;
const APPS = 2;
const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-bench-aws-"));

console.log(machine());
try {
    count();
    overhead();
} finally {
    rmSync(folder, { recursive: true, force: true });
}

function child(...args) {
    const script = path.join(import.meta.dirname, "child.mjs");
    const output = execFileSync(process.execPath, ["--expose-gc", script, ...args], {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        // What the runtime says beside.
        stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(output.slice(output.search(/^[[{]/m)));
}

function count() {
    const { resources: made, components } = child("components", "1", "--resources");
    const counts = groups(made);
    const expected = { ...BY_HAND };
    for (const [type, [more]] of Object.entries(MORE)) expected[type] = (expected[type] ?? 0) + more;
    assert.deepEqual(
        counts,
        Object.fromEntries(Object.entries(expected).sort()),
        "Other resources than by-hand.mjs says.",
    );
    const byHand = Object.values(BY_HAND).reduce((sum, n) => sum + n, 0);
    const more = made.length - byHand;
    for (const [type, [n, reason]] of Object.entries(MORE)) console.log(`${n} more ${type}: ${reason}`);
    report({
        bench: "aws",
        figure: `${made.length} resources and ${components} components`,
        goal: "1.10",
        met: made.length / byHand <= GOAL,
        ratio: made.length / byHand,
        peer: `${byHand} by hand`,
    });
    report({
        bench: "aws",
        figure: `${(more / APPS + 1).toFixed(1)} resources more for each app, its component among them`,
        goal: `${MOST_MORE_PER_APP}`,
        met: more / APPS + 1 <= MOST_MORE_PER_APP,
    });
}

function groups(resources) {
    const counts = {};
    for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
    return Object.fromEntries(Object.entries(counts).sort());
}

function overhead() {
    const template = path.join(folder, "template.json");
    const made = child("components", String(SHOPS), "--resources");
    writeFileSync(template, JSON.stringify(templateOf(made)));
    const resources = made.resources.length;
    const plain = (resources) =>
        resources
            .map(({ type, name, inputs }) => ({ type, name, inputs }))
            .sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1));
    for (const variant of ["raw", "bare"]) {
        const other = child(variant, template, "--resources").resources;
        assert.deepEqual(plain(other), plain(made.resources), "The variants ask for different resources: no ratio.");
    }
    console.log(`All variants ask for the same ${resources} custom resources (types, names and inputs).`);

    const cpu = { raw: [], bare: [], components: [] };
    for (let round = 0; round < ROUNDS; round++) {
        cpu.raw.push(child("raw", template).cpuMilliseconds);
        cpu.bare.push(child("bare", template).cpuMilliseconds);
        cpu.components.push(child("components", String(SHOPS), template).cpuMilliseconds);
    }
    for (const [variant, all] of Object.entries(cpu)) {
        console.log(`${variant.padEnd(10)} CPU ms ${all.map(Math.round).join(" ")}`);
    }
    const ours = median(cpu.components);
    const against = (variant, figure, peer) => {
        const ratio = ours / median(cpu[variant]);
        report({ bench: "aws", figure, goal: "1.10", met: ratio <= GOAL, ratio, peer });
    };
    against("raw", `${Math.round(ours)} ms CPU for ${resources} resources`, "the same resources without the library");
    against("bare", "the same", "the same resources in bare components");
    const peer = median(cpu.raw);
    const added = (ours - peer) / resources;
    report({
        bench: "aws",
        figure: `${added.toFixed(2)} ms CPU added for each resource`,
        goal: "2 ms",
        met: added <= 2,
    });
}
