/**
 * The same resources without the library: one `new` each, of the SDK's own classes, with literals and with outputs of other
 * resources where the values are theirs. Written down by `template.mjs`, so that it cannot fall behind the components.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import pulumi from "@pulumi/pulumi";

const require = createRequire(import.meta.url);

/** Reads the template and loads the SDK, which is not what is measured. */
export function prepare(file) {
    const template = JSON.parse(readFileSync(file, "utf8"));
    const classes = new Map(template.map(({ type }) => [type, classOf(type)]));
    return () => {
        const made = new Map();
        for (const { type, name, inputs } of template) {
            const make = classes.get(type);
            made.set(name, make(name, filled(inputs, made)));
        }
    };
}

function classOf(type) {
    const [pack, path] = type.split(":");
    // Dynamic resources have no class of their own.
    if (pack === "pulumi-nodejs") {
        return (name, inputs) =>
            new pulumi.CustomResource(type, name, { taskArn: undefined, served: undefined, ...inputs });
    }
    const [module, file] = path.split("/");
    const from = module === "index" ? `@pulumi/${pack}` : `@pulumi/${pack}/${module}`;
    const Class = require(from)[file[0].toUpperCase() + file.slice(1)];
    return (name, inputs) => new Class(name, inputs);
}

function filled(value, made) {
    if (Array.isArray(value)) return value.map((item) => filled(item, made));
    if (typeof value !== "object" || value === null) return value;
    if (value.$of !== undefined) return made.get(value.$of)[value.output];
    if (value.$join !== undefined) return pulumi.concat(...value.$join.map((part) => filled(part, made)));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, made)]));
}
