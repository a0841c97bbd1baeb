/**
 * The same resources without the library: one `new` each, of the SDK's own classes, with literals and with outputs of other
 * resources where the values are theirs. Written down by `template.mjs`, so that it cannot fall behind the components.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import pulumi from "@pulumi/pulumi";

const require = createRequire(import.meta.url);

/**
 * Reads the template and loads the SDK, which is not what is measured.
 *
 * @param bare whether a component that does nothing goes around the resources of each component
 */
export function prepare(file, bare) {
    const { components, resources: template } = read(file);
    const classes = loadClasses(file);
    return () => {
        const made = new Map();
        const around = new Map(bare ? components.map((name) => [name, new Bare(name)]) : []);
        for (const { type, name, inputs, of } of template) {
            const make = classes.get(type);
            const parent = around.get(of);
            made.set(name, make(name, filled(inputs, made), parent && { parent }));
        }
    };
}

/** The SDK loads a class when it is first asked for. */
export function loadClasses(file) {
    return new Map(read(file).resources.map(({ type }) => [type, classOf(type)]));
}

function read(file) {
    return JSON.parse(readFileSync(file, "utf8"));
}

class Bare extends pulumi.ComponentResource {
    constructor(name) {
        super("bench:index:Bare", name);
        this.registerOutputs();
    }
}

function classOf(type) {
    const [pack, path] = type.split(":");
    // Dynamic resources have no class of their own.
    if (pack === "pulumi-nodejs") {
        return (name, inputs, opts) =>
            new pulumi.CustomResource(type, name, { taskArn: undefined, served: undefined, ...inputs }, opts);
    }
    const [module, file] = path.split("/");
    const from = module === "index" ? `@pulumi/${pack}` : `@pulumi/${pack}/${module}`;
    const Class = require(from)[file[0].toUpperCase() + file.slice(1)];
    return (name, inputs, opts) => new Class(name, inputs, opts);
}

function filled(value, made) {
    if (Array.isArray(value)) return value.map((item) => filled(item, made));
    if (typeof value !== "object" || value === null) return value;
    if (value.$of !== undefined) return made.get(value.$of)[value.output];
    if (value.$join !== undefined) return pulumi.concat(...value.$join.map((part) => filled(part, made)));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, made)]));
}
