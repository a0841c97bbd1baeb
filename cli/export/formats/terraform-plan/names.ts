/**
 * Names of Terraform's AWS provider, of which Pulumi's is made: `aws:ecs/service:Service` is `aws_ecs_service`. The rule is
 * `aws_<module>_<type>`; what differs from it is written down here.
 */

/** Modules that Terraform leaves out of the name, or calls something else. */
const MODULES: Readonly<Record<string, string>> = {
    alb: "lb",
    apigateway: "api_gateway",
    autoscalingplans: "autoscalingplans",
    ec2: "",
    efs: "efs",
    elasticloadbalancing: "",
    elasticloadbalancingv2: "lb",
    index: "",
    rds: "db",
    servicediscovery: "service_discovery",
};

const TYPES: Readonly<Record<string, string>> = {
    "alb/loadBalancer": "lb",
    "cloudtrail/trail": "cloudtrail",
    "ec2/capacityReservation": "ec2_capacity_reservation",
    "ec2/fleet": "ec2_fleet",
    "ec2/localGatewayRoute": "ec2_local_gateway_route",
    "ec2/managedPrefixList": "ec2_managed_prefix_list",
    "ec2/managedPrefixListEntry": "ec2_managed_prefix_list_entry",
    "ec2/tag": "ec2_tag",
    "elasticloadbalancing/loadBalancer": "elb",
    "lb/loadBalancer": "lb",
    "rds/cluster": "rds_cluster",
    "rds/clusterEndpoint": "rds_cluster_endpoint",
    "rds/clusterInstance": "rds_cluster_instance",
    "rds/clusterParameterGroup": "rds_cluster_parameter_group",
    "rds/globalCluster": "rds_global_cluster",
    "s3/bucketObjectv2": "s3_object",
    "sqs/redriveAllowPolicy": "sqs_queue_redrive_allow_policy",
    "sqs/redrivePolicy": "sqs_queue_redrive_policy",
};

/** The type in Terraform of a type token. */
export function terraformType(token: string): string {
    const [, path = ""] = token.split(":");
    const [module = "", type = ""] = path.split("/");
    const known = TYPES[`${module}/${type}`];
    if (known !== undefined) return `aws_${known}`;
    // The second version of a resource that has taken the place of the first.
    const name = snakeCase(module === "s3" ? type.replace(/V2$/, "") : type);
    const prefix = MODULES[module] ?? module;
    return prefix === "" ? `aws_${name}` : `aws_${prefix}_${name}`;
}

/** The name in Terraform of a resource: a slash or a dot is none. */
export function terraformName(name: string): string {
    const legal = name.replace(/[^A-Za-z0-9_-]+/g, "_");
    return /^[A-Za-z_]/.test(legal) ? legal : `_${legal}`;
}

export function snakeCase(camelCase: string): string {
    return camelCase.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Blocks whose own name is a plural. */
const PLURAL_BLOCKS: ReadonlySet<string> = new Set(["dimensions", "metrics", "options"]);

/** The name of a block that may be there several times: Pulumi names the list of them. */
export function blockName(name: string): string {
    if (PLURAL_BLOCKS.has(name)) return name;
    if (name.endsWith("ies")) return `${name.slice(0, -3)}y`;
    if (/(?:ss|sh|ch|x|alias|status)es$/.test(name)) return name.slice(0, -2);
    return /[^s]s$/.test(name) ? name.slice(0, -1) : name;
}
