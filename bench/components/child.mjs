/**
 * One variant in one fresh process: `node child.mjs <components|raw|bare> <apps> [--resources]`. Prints CPU milliseconds
 * of the program from its first line until every registration is done, as JSON; with --resources, the custom resources
 * that it asked for instead.
 */
import answers from "#dist/testing/local-state.js";
import { measured, print } from "../mocks.mjs";

const [variant, apps, flag] = process.argv.slice(2);
const { program } = await import(`./programs/${variant}.mjs`);
const resources = flag === "--resources" ? [] : undefined;

const result = await measured(() => program(Number(apps)), {
    config: { "twelvefold:target": "local" },
    stateOf: answers.localState,
    onCustom: ({ type, name, inputs }) => resources?.push({ type, name, inputs }),
});
print(resources ?? result);
