/** What a program emits for Kubernetes, as the manifests that Pulumi's provider would apply. */
import { createHash } from "node:crypto";
import type { Recorded, Recording } from "twelvefold/testing";
import type { ApiObject, Metadata } from "../../support/control-plane/objects.js";

const PREFIX = "kubernetes:";

/**
 * The name that Pulumi's provider gives to an object without one, in the one respect that matters: what cannot be changed
 * in place gets another name when it changes, everything else keeps it.
 */
function nameOf({ type, name, inputs }: Recorded): string {
    const metadata = inputs.metadata as Partial<Metadata> | undefined;
    if (metadata?.name !== undefined) return metadata.name;
    const digest = createHash("sha256").update(JSON.stringify([type, name, fixedPart(type, inputs)]));
    return `${name}-${digest.digest("hex").slice(0, 8)}`;
}

/** What a replacement is needed for. */
function fixedPart(type: string, inputs: Recorded["inputs"]): unknown {
    switch (type.slice(type.lastIndexOf(":") + 1)) {
        case "Secret":
        case "ConfigMap":
            return [inputs.data, inputs.stringData, inputs.type, inputs.immutable];
        case "Job":
            return inputs.spec;
        case "Deployment":
            return (inputs.spec as { readonly selector: unknown }).selector;
        default:
            return undefined;
    }
}

/** State for `runProgram`: names as above, and images whose digest stands for a version of the code. */
export function stateOf(version: string): (resource: Recorded) => Record<string, unknown> | undefined {
    return (resource) => {
        const { type, name, inputs, id } = resource;
        if (type === "docker:index/image:Image") {
            const repository = String(inputs.imageName).replace(/:[^/:]+$/, "");
            const digest = createHash("sha256").update(`${name} ${version}`).digest("hex");
            return { repoDigest: `${repository}@sha256:${digest}` };
        }
        if (!type.startsWith(PREFIX) || id !== undefined) return undefined;
        const metadata = { ...(inputs.metadata as object), name: nameOf(resource) };
        return type.endsWith(":Gateway")
            ? { metadata, status: { addresses: [{ value: "203.0.113.10" }] } }
            : { metadata };
    };
}

/** The manifests, in an order in which each comes after what it needs. */
export function manifestsOf({ resources }: Recording): readonly ApiObject[] {
    return resources
        .filter(({ type, id }) => type.startsWith(PREFIX) && id === undefined)
        .map((resource): ApiObject => {
            const [, apiVersion = "", kind = ""] = resource.type.split(":");
            const { status: _, metadata, ...inputs } = resource.inputs;
            return {
                ...inputs,
                apiVersion: apiVersion.replace(/^core\//, ""),
                kind,
                metadata: { ...(metadata as Metadata), name: nameOf(resource) },
            };
        });
}
