import type { ExportedResource, Format } from "../../format.js";
import { inOrder } from "../../order.js";
import { ownResources } from "../../own.js";
import { type Known, knownOf, namesOf, References } from "./references.js";
import { identityForm, resolved, wireForm } from "./values.js";

const SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/**
 * What the target azure makes, as a template for its resource group: Pulumi's provider speaks the API that templates are
 * written for, so that checkers of the one can read the other.
 */
export const arm: Format = {
    name: "arm",
    description: "resources of the target azure, as a template of Azure Resource Manager in JSON",
    print(resources, program) {
        const own = ownResources(resources, { format: "arm", target: "azure", prefix: "azure-native:" }, program);
        const ordered = inOrder(
            own,
            () => 0,
            ({ type, name }) => `${type} ${name}`,
        );
        const known = knownOf(ordered);
        const references = new References(known);
        const secrets = known.filter(({ resource }) => resource.secretInputs.length > 0);
        const written = new Set(known.map(({ resource }) => resource));
        const template = {
            $schema: SCHEMA,
            contentVersion: "1.0.0.0",
            metadata: { leftOut: leftOut(resources, written) },
            parameters: Object.fromEntries(secrets.map(({ resource }) => [resource.name, { type: "securestring" }])),
            resources: known.map((one) => resourceOf(one, known, references)),
        };
        return `${JSON.stringify(template, null, 2)}\n`;
    },
};

/** The group itself, and what no template makes: images, passwords, awaited steps. */
function leftOut(resources: readonly ExportedResource[], written: ReadonlySet<ExportedResource>): readonly string[] {
    return resources
        .filter((resource) => !written.has(resource) && !/^(?:twelvefold:index|pulumi:)/.test(resource.type))
        .map(({ type, name }) => `${type} ${name}`)
        .sort();
}

function resourceOf(one: Known, all: readonly Known[], references: References): object {
    const { arm, resource } = one;
    const leave = [...arm.names, ...(arm.scope === undefined ? [] : [arm.scope])];
    const { envelope, properties } = wireForm(resource.inputs, leave);
    const { identity, ...rest } = envelope;
    const value = (part: unknown) => resolved(part, references, resource.name);
    const scope = arm.scope === undefined ? undefined : resource.inputs[arm.scope];
    const dependsOn = all
        .filter((other) => resource.dependencies.includes(other.resource.urn))
        .map((other) => `[${references.idOf(other)}]`);
    return {
        type: typeOf(one),
        apiVersion: arm.apiVersion,
        name: namesOf(one).join("/"),
        comments: resource.name,
        ...(scope === undefined ? {} : { scope: value(scope) }),
        ...(value(rest) as object),
        ...(identity === undefined ? {} : { identity: value(identityForm(identity)) }),
        dependsOn,
        properties: value(properties),
    };
}

/** A record's kind is a part of its type. */
function typeOf({ arm, resource }: Known): string {
    return arm.type.replace(/recordSets$/, String(resource.inputs.recordType ?? "recordSets"));
}
