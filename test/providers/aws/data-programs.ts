/** Programs of data components on a platform of another stack, so that nothing but them is made. */
import { StackReference } from "@pulumi/pulumi";
import { Platform } from "twelvefold";
import { type ProgramOptions, type Recorded, type Recording, runProgram } from "twelvefold/testing";

export const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000";

export type Ground = { readonly platform: ReturnType<typeof Platform.fromStack> };

/** Runs a program with an imported platform, which in production has a key of its own. */
export function run<T>(program: (on: Ground) => T, options: ProgramOptions = {}): Promise<Recording<T>> {
    const profile = options.profile ?? "development";
    return runProgram(() => program({ platform: Platform.fromStack(new StackReference("acme/other/dev"), "ground") }), {
        target: "aws",
        profile,
        state: (resource) => otherStack(resource, profile) ?? answer(resource),
        ...options,
    });
}

function otherStack({ type }: Recorded, profile: string): Record<string, unknown> | undefined {
    if (type !== "pulumi:pulumi:StackReference") return undefined;
    const handle = {
        target: "aws",
        kind: "Platform",
        key: "other/dev/ground",
        region: "eu-central-1",
        accountId: "123456789012",
        partition: "aws",
        vpcId: "vpc-1",
        vpcCidr: "10.0.0.0/16",
        publicSubnetIds: ["subnet-public-0"],
        privateSubnetIds: ["subnet-private-0", "subnet-private-1"],
        clusterArn: "arn:aws:ecs:eu-central-1:123456789012:cluster/ground",
        clusterName: "ground",
        ...(profile === "production" ? { keyArn: KEY_ARN } : {}),
    };
    return {
        name: "acme/other/dev",
        outputs: { ground: { handle, name: "other-dev" } },
        secretOutputNames: [],
    };
}

/** What the providers add to the inputs. */
function answer({ type, name, inputs }: Recorded): Record<string, unknown> | undefined {
    const service = type.split(":")[1]?.split("/")[0] ?? "";
    if (type === "random:index/randomId:RandomId") return { hex: "01234567" };
    if (type === "random:index/randomPassword:RandomPassword") return { result: "password-of-32-letters" };
    if (!type.startsWith("aws:")) return undefined;
    const physical = String(inputs.name ?? `${name}-0123456`);
    const queue = { url: `https://sqs.eu-central-1.amazonaws.com/123456789012/${physical}` };
    const instance = { address: `${String(inputs.identifier)}.rds.amazonaws.com`, resourceId: "db-RESOURCE" };
    return {
        name: physical,
        arn: `arn:aws:${service}:eu-central-1:123456789012:${physical}`,
        ...(type.endsWith(":Queue") ? queue : {}),
        ...(type.endsWith(":Instance") ? instance : {}),
        ...(type.endsWith(":SecretVersion") ? { versionId: "version-1" } : {}),
    };
}

/** What is made, one `Type name` a line. */
export function made({ resources }: Pick<Recording, "resources">): readonly string[] {
    return resources
        .filter(({ custom, id, type }) => custom && id === undefined && !type.startsWith("pulumi:"))
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
        .sort();
}

/** An input that is a JSON text. */
export function json(recording: Recording, component: string, key: string, input: string): unknown {
    return JSON.parse(String(recording.child(component, key).inputs[input]));
}
