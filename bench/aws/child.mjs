/**
 * One variant in one fresh process: `node child.mjs components <shops> [--resources]` or `node child.mjs <raw|bare>
 * <template> [--resources]`. Prints CPU milliseconds of the program from its first line until every registration is done, as JSON; with
 * --resources, the custom resources that it asked for, in order, each with what it was answered.
 */
import { setImmediate } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";
import aws from "#dist/testing/aws-state.js";
import cluster from "#dist/testing/kubernetes-state.js";
import { program } from "./program.mjs";
import { prepare } from "./raw.mjs";

const [variant, what, flag] = process.argv.slice(2);
const run = variant === "components" ? () => program(Number(what)) : prepare(what, variant === "bare");
const resources = flag === "--resources" ? [] : undefined;
let custom = 0;
const componentNames = [];

await pulumi.runtime.setMocks(
    {
        newResource({ type, name, inputs, custom: isCustom }) {
            if (isCustom) custom++;
            else componentNames.push(name);
            if (!isCustom) return { id: undefined, state: {} };
            const open = Object.fromEntries(
                Object.entries(inputs).map(([key, value]) => [key, pulumi.runtime.unwrapRpcSecret(value)]),
            );
            const recorded = { type, name, inputs: open };
            const state = { ...inputs, ...(aws.awsState(recorded) ?? cluster.kubernetesState(recorded)) };
            const id = `${name}-id`;
            resources?.push({ ...recorded, state: { ...state, id } });
            return { id, state };
        },
        call: ({ token, inputs }) => aws.awsCall(token, inputs) ?? inputs,
    },
    "bench",
    "dev",
    false,
);
pulumi.runtime.setAllConfig({ "twelvefold:target": "aws", "twelvefold:profile": "development" });
// Both variants have loaded everything that they use by then.
if (variant === "components") await import("#dist/providers/aws/index.js");

globalThis.gc?.();
const before = process.cpuUsage();
run();
await pulumi.runtime.disconnect();
await setImmediate();
const { user, system } = process.cpuUsage(before);

const components = componentNames.length;
const cpuMilliseconds = (user + system) / 1000;
process.stdout.write(JSON.stringify({ cpuMilliseconds, custom, components, resources, componentNames }), () =>
    process.exit(0),
);
