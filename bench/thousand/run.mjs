/**
 * P5 and P6 with a real engine and the local target: `preview` and `up` of a thousand log sinks through components,
 * against the same dynamic resources written by hand (`raw`), and those with a bare component around each (`bare`), which
 * is what components cost in Pulumi itself. `node bench/thousand/run.mjs [--quick]`; needs a build.
 *
 * Sinks, because a thousand of anything else would be a thousand processes or databases.
 */
import { strict as assert } from "node:assert";
import * as path from "node:path";
import { machine, median, report, seconds } from "../report.mjs";
import { Stack } from "../shop/stack.mjs";

const quick = process.argv.includes("--quick");
const ROUNDS = quick ? 1 : 3;
const SINKS = quick ? 200 : 1000;
const VARIANTS = ["raw", "bare", "components"];
const GOAL = 1.1;

console.log(machine());
const times = Object.fromEntries(VARIANTS.map((variant) => [variant, { preview: [], up: [] }]));
let asked;
for (let round = 0; round < ROUNDS; round++) {
    // In turn, so that what else this machine does hits all of them.
    for (const variant of VARIANTS) await measure(variant);
}
for (const operation of ["preview", "up"]) {
    const of = (variant) => median(times[variant][operation]);
    for (const variant of VARIANTS) {
        console.log(`${operation}, ${variant}: ${times[variant][operation].map(seconds).join(", ")}`);
    }
    for (const [peer, name] of [
        ["raw", "raw resources"],
        ["bare", "raw resources in bare components"],
    ]) {
        const ratio = of("components") / of(peer);
        const figure = `${operation} of ${SINKS} log sinks, ${seconds(of("components"))}`;
        report({ bench: "thousand", figure, goal: "1.10", met: ratio <= GOAL, ratio, peer: name });
    }
}
console.log(machine());

async function measure(variant) {
    const stack = new Stack("thousand", path.join(import.meta.dirname, "program.cjs"), {
        "twelvefold:target": "local",
        "thousand:variant": variant,
        "thousand:sinks": String(SINKS),
    });
    try {
        await stack.create();
        times[variant].preview.push(await stack.time("preview"));
        times[variant].up.push(await stack.time("up", "--yes", "--skip-preview"));
        sameAsBefore(variant, JSON.parse(await stack.pulumi("stack", "export", "--stack", "dev")));
    } finally {
        await stack.remove();
    }
}

/** The ratio counts only when all variants ask for exactly the same custom resources. */
function sameAsBefore(variant, { deployment }) {
    const resources = deployment.resources
        .filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"))
        // Each stack has a folder of its own.
        .map(({ urn, inputs }) => ({ name: urn.split("::").at(-1), inputs: { ...inputs, home: undefined } }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    asked ??= resources;
    assert.deepEqual(resources, asked, `"${variant}" asks for other resources: no ratio.`);
}
