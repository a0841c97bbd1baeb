/**
 * One variant in one fresh process: `node child.mjs <components|raw> <apps> [--resources]`. Prints CPU milliseconds of the
 * program from its first line until every registration is done, as JSON; with --resources, the custom resources that it
 * asked for instead, each with the names of its inputs.
 */
import answers from "#dist/testing/answers.js";
import { measured, print } from "../mocks.mjs";

const [variant, apps, flag] = process.argv.slice(2);
const { program } = await import(`./programs/${variant}.mjs`);
const resources = flag === "--resources" ? [] : undefined;

const result = await measured(() => program(Number(apps)), {
    config: {
        "twelvefold:target": "azure",
        "twelvefold:profile": "development",
        "azure-native:location": "westeurope",
    },
    stateOf: answers.stateOf,
    call: ({ token, inputs }) => answers.answerOf(token, inputs),
    onCustom({ type, name, inputs }) {
        // A hash in a name says which build or which path; by hand somebody names them.
        resources?.push({ type, name: name.replace(/-[0-9a-f]{8}$/, ""), inputs: Object.keys(inputs).sort() });
    },
});
print(resources ?? result);
