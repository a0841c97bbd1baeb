/**
 * One variant in one fresh process: `node child.mjs <components|by-hand> <apps> [--resources]`. Prints CPU milliseconds of
 * the program until every registration is done, as JSON; with --resources, the objects that it asked for instead.
 */
import { setImmediate } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";
import answers from "#dist/testing/kubernetes-state.js";

const [variant, apps, flag] = process.argv.slice(2);
const { program } = await import(`./programs/${variant}.mjs`);
const resources = flag === "--resources" ? [] : undefined;
let custom = 0;
let components = 0;

await pulumi.runtime.setMocks(
    {
        newResource({ type, name, inputs, custom: isCustom, id }) {
            if (isCustom) custom++;
            else components++;
            if (isCustom && !id) resources?.push({ type, name, inputs });
            if (!isCustom) return { id: undefined, state: {} };
            return { id: `${name}-id`, state: { ...inputs, ...answers.kubernetesState({ type, name, inputs, id }) } };
        },
        call: ({ inputs }) => inputs,
    },
    "bench",
    "dev",
    false,
);
pulumi.runtime.setAllConfig({ "twelvefold:target": "kubernetes", "twelvefold:profile": "production" });

globalThis.gc?.();
const before = process.cpuUsage();
program(Number(apps));
await pulumi.runtime.disconnect();
await setImmediate();
const { user, system } = process.cpuUsage(before);

process.stdout.write(JSON.stringify(resources ?? { cpuMilliseconds: (user + system) / 1000, custom, components }));
