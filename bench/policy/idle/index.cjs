const { PolicyPack } = require("@pulumi/policy");
// run.mjs checks that the numbers are those of the pack.
const { resource, stack } = require("./counts.json");

const policies = (count, what) =>
    Array.from({ length: count }, (_, index) => {
        const name = `idle-${what}-${index}`;
        return { name, description: name, enforcementLevel: "advisory", [`validate${what}`]: () => {} };
    });

new PolicyPack("idle", { policies: [...policies(resource, "Resource"), ...policies(stack, "Stack")] });
