/**
 * One variant in one fresh process: `node child.mjs components <shops> [<template>|--resources]` or `node child.mjs
 * <raw|bare> <template> [--resources]`. Prints CPU milliseconds of the program from its first line until every registration is done, as JSON; with
 * --resources, the custom resources that it asked for, in order, each with what it was answered.
 */
import pulumi from "@pulumi/pulumi";
import aws from "#dist/testing/aws-state.js";
import cluster from "#dist/testing/kubernetes-state.js";
import { measured, print } from "../mocks.mjs";
import { program } from "./program.mjs";
import { loadClasses, prepare } from "./raw.mjs";

const [variant, what, more] = process.argv.slice(2);
const run = variant === "components" ? () => program(Number(what)) : prepare(what, variant === "bare");
const resources = more === "--resources" ? [] : undefined;

/** A resource as it was asked for, with its secrets in the open. */
function opened({ type, name, inputs }) {
    const entries = Object.entries(inputs).map(([key, value]) => [key, pulumi.runtime.unwrapRpcSecret(value)]);
    return { type, name, inputs: Object.fromEntries(entries) };
}

const result = await measured(run, {
    config: { "twelvefold:target": "aws", "twelvefold:profile": "development" },
    stateOf(resource) {
        const open = opened(resource);
        return aws.awsState(open) ?? cluster.kubernetesState(open);
    },
    call: ({ token, inputs }) => aws.awsCall(token, inputs) ?? inputs,
    onCustom: (resource, state) =>
        resources?.push({ ...opened(resource), state: { ...state, id: `${resource.name}-id` } }),
    // Both variants have loaded everything that they use by then.
    async prepare() {
        if (variant !== "components") return;
        await import("#dist/providers/aws/index.js");
        if (more !== undefined && resources === undefined) loadClasses(more);
    },
});
print({ ...result, resources });
