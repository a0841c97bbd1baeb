import { createHash } from "node:crypto";
import type { Recorded } from "./recording.js";

const ACCOUNT = "123456789012";
const REGION = "eu-central-1";
const SUFFIX = "0123456";

/** What AWS and the helpers of its target answer, in a form that tests can rely on. */
export function awsState({ type, name, inputs }: Recorded): Record<string, unknown> | undefined {
    if (type === "pulumi-nodejs:dynamic/twelvefold:EcsServing") return { served: inputs.taskDefinition };
    if (type === "pulumi-nodejs:dynamic/twelvefold:EcsRun") return { taskArn: arn("ecs", `task/${name}`) };
    if (type === "random:index/randomId:RandomId") return { hex: digest(name).slice(0, 8) };
    const [, service, kind] = /^aws:([^/]+)\/[^:]+:(\w+)$/.exec(type) ?? [];
    if (service === undefined || kind === undefined) return undefined;
    // Physical names are the user's, or Pulumi's with a suffix.
    const physical = typeof inputs.name === "string" ? inputs.name : `${name}-${SUFFIX}`;
    const common = { name: physical, arn: arn(service, `${kind.toLowerCase()}/${physical}`) };
    return { ...common, ...special(`${service}.${kind}`, physical, inputs) };
}

function special(
    kind: string,
    physical: string,
    inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
    switch (kind) {
        case "acm.Certificate":
            return { domainValidationOptions: validations(inputs) };
        case "cloudwatch.LogGroup":
            return { arn: arn("logs", `log-group:${physical}`) };
        case "ecr.Repository":
            return {
                arn: arn("ecr", `repository/${physical}`),
                repositoryUrl: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${physical}`,
            };
        case "ecs.Cluster":
            return { arn: arn("ecs", `cluster/${physical}`) };
        case "ecs.TaskDefinition": {
            const family = arn("ecs", `task-definition/${String(inputs.family)}`);
            return { arn: `${family}:1`, arnWithoutRevision: family, revision: 1 };
        }
        case "iam.Role":
            return { arn: `arn:aws:iam::${ACCOUNT}:role/${physical}` };
        case "kms.Key":
            return { keyId: digest(physical).slice(0, 36), arn: arn("kms", `key/${physical}`) };
        case "lb.LoadBalancer": {
            const arnSuffix = `app/${physical}/50dc6c495c0c9188`;
            const dnsName = `${physical}-1234567890.${REGION}.elb.amazonaws.com`;
            return {
                arn: arn("elasticloadbalancing", `loadbalancer/${arnSuffix}`),
                arnSuffix,
                dnsName,
                zoneId: "Z35SXDOTRQ7X7K",
            };
        }
        case "lb.TargetGroup": {
            const arnSuffix = `targetgroup/${physical}/73e2d6bc24d8a067`;
            return { arn: arn("elasticloadbalancing", arnSuffix), arnSuffix };
        }
        case "sfn.StateMachine":
            return { arn: arn("states", `stateMachine:${physical}`) };
        case "rds.Instance": {
            const address = `${String(inputs.identifier)}.c9akciq32.${REGION}.rds.amazonaws.com`;
            return { address, endpoint: `${address}:5432`, resourceId: `db-${digest(physical).slice(0, 26)}` };
        }
        case "route53.Record":
            return { name: inputs.name, fqdn: inputs.name };
        case "s3.Bucket":
            return { bucket: physical, arn: `arn:aws:s3:::${physical}` };
        case "secretsmanager.Secret":
            return { arn: arn("secretsmanager", `secret:${physical}-AbCdEf`) };
        case "secretsmanager.SecretVersion":
            return { versionId: digest(String(inputs.secretString)).slice(0, 32) };
        case "sqs.Queue":
            return { arn: arn("sqs", physical), url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${physical}` };
        default:
            return undefined;
    }
}

function validations({ domainName, subjectAlternativeNames }: Readonly<Record<string, unknown>>): object[] {
    const names = [domainName, ...((subjectAlternativeNames as string[] | undefined) ?? [])].map(String);
    // A set has no order, and AWS keeps none.
    return names.sort().map((name) => ({
        domainName: name,
        resourceRecordName: `_proof.${name}`,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_${digest(name).slice(0, 32)}.acm-validations.aws`,
    }));
}

/** What functions of the AWS provider answer. */
export function awsCall(token: string, args: Record<string, unknown>): Record<string, unknown> | undefined {
    const [, name] = /^aws:[^:]+:(\w+)$/.exec(token) ?? [];
    switch (name) {
        case "getRegion":
            return { region: REGION };
        case "getPartition":
            return { partition: "aws", dnsSuffix: "amazonaws.com" };
        case "getCallerIdentity":
            return { accountId: ACCOUNT };
        case "getAvailabilityZones":
            return { names: ["a", "b", "c", "d", "e", "f"].map((zone) => `${REGION}${zone}`) };
        case "getVpc":
            return { ...args, cidrBlock: "172.16.0.0/16" };
        case "getSubnets":
            return { ...args, ids: ["subnet-1", "subnet-2"] };
        case "getZone":
            return { ...args, zoneId: `Z${digest(JSON.stringify(args)).slice(0, 12).toUpperCase()}` };
        case "getAuthorizationToken":
            return { userName: "AWS", password: "token-of-the-registry" };
        case "getImage":
            return { ...args, imageDigest: `sha256:${digest(JSON.stringify(args))}` };
        case "getPrefixList":
            return { ...args, id: "pl-6ea54007" };
        default:
            return undefined;
    }
}

function arn(service: string, resource: string): string {
    return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

function digest(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
