import type { ExportedResource, Format } from "../../format.js";
import { ownResources } from "../../own.js";
import { terraformName, terraformType } from "./names.js";
import { addressOf, References } from "./references.js";
import { planned } from "./values.js";

/** As written by Terraform 1.5 and later. */
const FORMAT_VERSION = "1.2";
const TERRAFORM_VERSION = "1.9.0";
const PROVIDER = "registry.terraform.io/hashicorp/aws";

/**
 * What the target aws makes, as the plan that Terraform would print with `terraform show -json`: Pulumi's provider is made
 * of Terraform's, so that checkers of the one can read the other.
 */
export const terraformPlan: Format = {
    name: "terraform-plan",
    description: "resources of the target aws, as a Terraform plan in JSON, for checkov and other checkers",
    print(resources, program) {
        const own = ownResources(resources, { format: "terraform-plan", target: "aws", prefix: "aws:" }, program);
        const known = new Map(own.map((resource) => [resource.urn, resource]));
        const parts = own.map((resource) => partsOf(resource, known));
        const plan = {
            format_version: FORMAT_VERSION,
            terraform_version: TERRAFORM_VERSION,
            planned_values: { root_module: { resources: parts.map((part) => part.planned) } },
            resource_changes: parts.map((part) => part.change),
            configuration: {
                provider_config: { aws: { name: "aws", full_name: PROVIDER } },
                root_module: { resources: parts.map((part) => part.configured) },
            },
        };
        return `${JSON.stringify(plan, null, 2)}\n`;
    },
};

/** One resource in the three places where a plan speaks of it. */
function partsOf(resource: ExportedResource, known: ReadonlyMap<string, ExportedResource>) {
    const { inputs, dependencies } = resource;
    const type = terraformType(resource.type);
    const name = terraformName(resource.name);
    const address = addressOf(resource);
    const { values, expressions } = planned(inputs, new References(resource, known));
    const common = { address, mode: "managed", type, name };
    return {
        planned: { ...common, provider_name: PROVIDER, schema_version: 0, values },
        change: { ...common, provider_name: PROVIDER, change: { actions: ["create"], before: null, after: values } },
        configured: {
            ...common,
            provider_config_key: "aws",
            expressions,
            depends_on: dependencies.flatMap((urn) => {
                const other = known.get(urn);
                return other === undefined ? [] : [addressOf(other)];
            }),
        },
    };
}
