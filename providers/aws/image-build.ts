import * as path from "node:path";
import { getAuthorizationTokenOutput, LifecyclePolicy, Repository } from "@pulumi/aws/ecr";
import { Image } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Build, buildDigest, buildKey } from "../build.js";
import type { Scope } from "../contract.js";
import { shortHash } from "../naming.js";
import { once } from "../shared.js";
import { child } from "./child.js";
import { ground } from "./handles.js";
import type { ImageSource } from "./image.js";
import { legalName } from "./names.js";
import { tagsOf } from "./tags.js";

type Built = Pick<ImageSource, "reference" | "repositoryArn">;

/** An image that is still needed must not expire, so that there are many. */
const KEPT_IMAGES = { development: 50, production: 200 };

/** Components with one build share one image, in one repository. */
export function buildImage(scope: Scope, build: Build & { readonly platform: string }): Built {
    const { context, dockerfile = "Dockerfile", target, platform } = build;
    const id = shortHash(buildKey(build, platform), 8);
    const suffix = `${legalName(path.basename(path.resolve(context)).toLowerCase(), 30)}-${id}`;
    return once(scope, `build-${suffix}`, (ground): Built => {
        const repository = makeRepository(ground, suffix);
        const token = getAuthorizationTokenOutput({}, { parent: ground.component });
        const image = child(
            ground,
            Image,
            "image",
            {
                // The repository refuses to change what a tag means, so that each content has its own.
                imageName: pulumi.interpolate`${repository.repositoryUrl}:${buildDigest(build, platform).slice(0, 40)}`,
                build: {
                    context,
                    dockerfile: path.join(context, dockerfile),
                    ...(target === undefined ? {} : { target }),
                    platform,
                    builderVersion: "BuilderBuildKit",
                },
                buildOnPreview: false,
                registry: {
                    server: repository.repositoryUrl.apply((url) => url.split("/")[0]),
                    username: token.userName,
                    password: pulumi.secret(token.password),
                },
            },
            {},
            suffix,
        );
        return { reference: image.repoDigest, repositoryArn: repository.arn };
    });
}

function makeRepository(scope: Scope, suffix: string): Repository {
    const production = scope.profile === "production";
    const kmsKey = ground(scope, "keyArn");
    const repository = child(
        scope,
        Repository,
        "repository",
        {
            imageTagMutability: "IMMUTABLE",
            imageScanningConfiguration: { scanOnPush: true },
            encryptionConfigurations: [
                { encryptionType: kmsKey.apply((key) => (key === undefined ? "AES256" : "KMS")), kmsKey },
            ],
            forceDelete: !production,
            tags: tagsOf(scope),
        },
        {},
        suffix,
    );
    const selection = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: KEPT_IMAGES[scope.profile] };
    const rules = [{ rulePriority: 1, description: "Old images.", selection, action: { type: "expire" } }];
    const policy = JSON.stringify({ rules });
    child(scope, LifecyclePolicy, "repository-expiry", { repository: repository.name, policy }, {}, suffix);
    return repository;
}
