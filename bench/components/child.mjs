/**
 * One variant in one fresh process: `node child.mjs <components|raw|bare> <apps> [--resources]`. Prints CPU milliseconds
 * of the program from its first line until every registration is done, as JSON; with --resources, the custom resources
 * that it asked for instead.
 */
import { setImmediate } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";
import answers from "#dist/testing/local-state.js";

const [variant, apps, flag] = process.argv.slice(2);
const { program } = await import(`./programs/${variant}.mjs`);
const resources = flag === "--resources" ? [] : undefined;
let custom = 0;
let components = 0;

await pulumi.runtime.setMocks(
    {
        newResource({ type, name, inputs, custom: isCustom }) {
            if (isCustom) custom++;
            else components++;
            if (isCustom) resources?.push({ type, name, inputs });
            // As the engine answers: a component has no state before it registers its outputs.
            if (!isCustom) return { id: undefined, state: {} };
            return { id: `${name}-id`, state: { ...inputs, ...answers.localState({ type, inputs }) } };
        },
        call: ({ inputs }) => inputs,
    },
    "bench",
    "dev",
    false,
);
pulumi.runtime.setAllConfig({ "twelvefold:target": "local" });

globalThis.gc?.();
const before = process.cpuUsage();
const start = performance.now();
program(Number(apps));
await pulumi.runtime.disconnect();
await setImmediate();
const { user, system } = process.cpuUsage(before);
const wallMilliseconds = performance.now() - start;

process.stdout.write(
    JSON.stringify(resources ?? { cpuMilliseconds: (user + system) / 1000, wallMilliseconds, custom, components }),
);
