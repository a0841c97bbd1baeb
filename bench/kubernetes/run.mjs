/**
 * What the library costs a program for Kubernetes, against the same objects written by hand with @pulumi/kubernetes. CPU
 * time under Pulumi's mocks, fresh processes in turn, medians. The ratio counts only when both ask for exactly the same
 * objects (type, name and inputs). Needs a build; `node bench/kubernetes/run.mjs [--quick]`.
 */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { machine, median, report } from "../report.mjs";

const quick = process.argv.includes("--quick");
const APPS = quick ? 100 : 300;
const ROUNDS = quick ? 3 : 5;
const VARIANTS = ["by-hand", "components"];
const root = path.resolve(import.meta.dirname, "../..");

console.log(machine());
sameObjects();
overhead();

function child(...args) {
    const file = path.join(import.meta.dirname, "child.mjs");
    const output = execFileSync(process.execPath, [file, ...args], { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
    return JSON.parse(output);
}

function sameObjects() {
    const [byHand, components] = VARIANTS.map((variant) =>
        child(variant, "20", "--resources").sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1)),
    );
    assert.deepEqual(components, byHand, "The variants ask for different objects: no ratio.");
    console.log(`Both variants ask for the same ${byHand.length} objects (types, names and inputs, at 20 apps).`);
}

function overhead() {
    const runs = { "by-hand": [], components: [] };
    for (let round = 0; round < ROUNDS; round++) {
        for (const variant of VARIANTS) runs[variant].push(child(variant, String(APPS)));
    }
    for (const variant of VARIANTS) {
        const all = runs[variant].map(({ cpuMilliseconds }) => Math.round(cpuMilliseconds)).join(" ");
        const [{ custom, components }] = runs[variant];
        console.log(`${variant.padEnd(10)} ${custom} resources, ${components} components: CPU ms ${all}`);
    }
    const [byHand, own] = VARIANTS.map((variant) =>
        median(runs[variant].map(({ cpuMilliseconds }) => cpuMilliseconds)),
    );
    const [{ custom, components }] = runs.components;
    const [{ custom: least }] = runs["by-hand"];
    const ratio = own / byHand;
    const figure = `${Math.round(own)} ms CPU for ${APPS} apps`;
    report({ bench: "kubernetes", figure, goal: "1.10", met: ratio <= 1.1, ratio, peer: "the same objects by hand" });
    const more = (custom + components - least) / APPS;
    report({
        bench: "kubernetes",
        figure: `${more.toFixed(2)} more resources for each app`,
        goal: "2",
        met: more <= 2,
    });
}
