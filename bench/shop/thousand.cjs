// The thousand apps of bench/components, as a program for a real engine: with components, or the same by hand.
const { Config } = require("@pulumi/pulumi");

const config = new Config();
module.exports = async () => {
    const { program } = await import(`../components/programs/${config.require("variant")}.mjs`);
    program(config.requireNumber("apps"));
};
