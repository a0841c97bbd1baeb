/**
 * One variant in one fresh process: `node child.mjs <components|raw> <apps> [--resources]`. Prints CPU milliseconds of the
 * program from its first line until every registration is done, as JSON; with --resources, the custom resources that it
 * asked for instead, each with the names of its inputs.
 */
import { setImmediate } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";
import answers from "#dist/testing/answers.js";

const [variant, apps, flag] = process.argv.slice(2);
const { program } = await import(`./programs/${variant}.mjs`);
const resources = flag === "--resources" ? [] : undefined;
let custom = 0;
let components = 0;

await pulumi.runtime.setMocks(
    {
        newResource({ type, name, inputs, custom: isCustom }) {
            if (!isCustom) {
                components++;
                return { id: undefined, state: {} };
            }
            custom++;
            // A hash in a name says which build or which path; by hand somebody names them.
            const plain = name.replace(/-[0-9a-f]{8}$/, "");
            resources?.push({ type, name: plain, inputs: Object.keys(inputs).sort() });
            return { id: `${name}-id`, state: { ...inputs, ...answers.stateOf({ type, name, inputs }) } };
        },
        call: ({ token, inputs }) => answers.answerOf(token, inputs),
    },
    "bench",
    "dev",
    false,
);
pulumi.runtime.setAllConfig({
    "twelvefold:target": "azure",
    "twelvefold:profile": "development",
    "azure-native:location": "westeurope",
});

globalThis.gc?.();
const before = process.cpuUsage();
program(Number(apps));
await pulumi.runtime.disconnect();
await setImmediate();
const { user, system } = process.cpuUsage(before);

process.stdout.write(JSON.stringify(resources ?? { cpuMilliseconds: (user + system) / 1000, custom, components }));
