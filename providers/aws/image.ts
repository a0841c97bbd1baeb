import * as path from "node:path";
import { getImageOutput } from "@pulumi/aws/ecr";
import { getRegistryImageOutput } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { CodeRequest, Scope } from "../contract.js";
import { buildImage } from "./image-build.js";
import { settingsOf } from "./settings.js";

/** The image of an App or Job. */
export interface ImageSource {
    /** By digest: what a tag means may change between two tasks of one release. */
    readonly reference: pulumi.Output<string>;
    /** Its repository in ECR; undefined for one elsewhere. */
    readonly repositoryArn: pulumi.Output<string | undefined>;
    readonly architecture: "X86_64" | "ARM64";
}

export function imageOf(scope: Scope, code: CodeRequest): ImageSource {
    const { architecture = "X86_64" } = settingsOf(scope);
    if ("image" in code) {
        const given = pulumi.output(code.image);
        return {
            reference: given.apply((reference) => byDigest(scope, reference)),
            repositoryArn: given.apply(repositoryArn),
            architecture,
        };
    }
    const { platform = architecture === "ARM64" ? "linux/arm64" : "linux/amd64" } = code.build;
    const built = buildImage(scope, { ...code.build, context: path.normalize(code.build.context), platform });
    return { ...built, architecture: platform === "linux/arm64" ? "ARM64" : "X86_64" };
}

const IN_ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)\/([^@:]+)(?::([^@]+))?/;

function repositoryArn(reference: string): string | undefined {
    const [, account, region, suffix, repository] = IN_ECR.exec(reference) ?? [];
    if (account === undefined) return undefined;
    return `arn:${suffix?.endsWith(".cn") ? "aws-cn" : "aws"}:ecr:${region}:${account}:repository/${repository}`;
}

function byDigest(scope: Scope, reference: string): pulumi.Output<string> {
    if (reference.includes("@sha256:")) return pulumi.output(reference);
    const name = reference.replace(/:[^/:]+$/, "");
    const [, registryId, region, , repositoryName, imageTag] = IN_ECR.exec(reference) ?? [];
    const opts = { parent: scope.component };
    if (registryId === undefined || region === undefined || repositoryName === undefined || imageTag === undefined) {
        return getRegistryImageOutput({ name: reference }).apply(({ sha256Digest }) => `${name}@${sha256Digest}`);
    }
    return getImageOutput({ registryId, region, repositoryName, imageTag }, opts).apply(
        ({ imageDigest }) => `${name}@${imageDigest}`,
    );
}
