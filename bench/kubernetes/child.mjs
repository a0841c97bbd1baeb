/**
 * One variant in one fresh process: `node child.mjs <components|by-hand> <apps> [--resources]`. Prints CPU milliseconds of
 * the program until every registration is done, as JSON; with --resources, the objects that it asked for instead.
 */
import answers from "#dist/testing/kubernetes-state.js";
import { measured, print } from "../mocks.mjs";

const [variant, apps, flag] = process.argv.slice(2);
const { program } = await import(`./programs/${variant}.mjs`);
const resources = flag === "--resources" ? [] : undefined;

const result = await measured(() => program(Number(apps)), {
    config: { "twelvefold:target": "kubernetes", "twelvefold:profile": "production" },
    stateOf: answers.kubernetesState,
    // What has an id is read, not made.
    onCustom: ({ type, name, inputs, id }) => !id && resources?.push({ type, name, inputs }),
});
print(resources ?? result);
