import type { Workload } from "../model.js";
import { type Platform, platformOf, type Resource } from "../resource.js";
import { workloadOf as aws } from "./aws/workload.js";
import { workloadOf as azure } from "./azure/workload.js";
import { workloadOf as intent } from "./intent/workload.js";
import { workloadOf as kubernetes, POD_TYPES } from "./kubernetes/workload.js";

const READERS: { readonly [P in Platform]: (resource: Resource) => Workload | undefined } = {
    intent,
    aws,
    azure,
    kubernetes,
    docker: () => undefined,
};

const read = new WeakMap<Resource, Workload | undefined>();

/** What a resource runs, or undefined where it runs nothing. Read once for all rules. */
export function workloadOf(resource: Resource): Workload | undefined {
    if (read.has(resource)) return read.get(resource);
    const platform = platformOf(resource.type);
    const workload = platform === undefined ? undefined : READERS[platform](resource);
    read.set(resource, workload);
    return workload;
}

/** Types of resources that run containers. */
export const WORKLOAD_TYPES: { readonly [P in Platform]: readonly string[] } = {
    intent: ["twelvefold:index:App", "twelvefold:index:Job"],
    aws: ["aws:ecs:TaskDefinition", "aws:lambda:Function"],
    azure: ["azure-native:app:ContainerApp", "azure-native:app:Job"],
    kubernetes: POD_TYPES,
    docker: [],
};
