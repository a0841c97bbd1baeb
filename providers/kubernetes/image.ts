import * as path from "node:path";
import { getRegistryImageOutput, Image, type ImageArgs } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Build, buildDigest, buildKey } from "../build.js";
import type { CodeRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { shortHash } from "../naming.js";
import { once } from "../shared.js";
import { recordOf } from "./handles.js";
import { dnsName } from "./names.js";
import { type RegistrySettings, settingsOf } from "./settings.js";

/** The image of an App or Job, by digest. */
export function imageOf(scope: Scope, code: CodeRequest): pulumi.Output<string> {
    return "image" in code ? pulumi.output(code.image).apply(byDigest) : built(scope, code.build);
}

/** A tag may come to mean something else, also between two restarts of one release; a digest cannot. */
function byDigest(reference: string): pulumi.Output<string> {
    if (reference.includes("@sha256:")) return pulumi.output(reference);
    const repository = reference.replace(/:[^/:]+$/, "");
    return getRegistryImageOutput({ name: reference }).apply(({ sha256Digest }) => `${repository}@${sha256Digest}`);
}

/** Components with one build share one image. */
function built(scope: Scope, build: Build): pulumi.Output<string> {
    const platform = build.platform ?? "linux/amd64";
    const folder = path.normalize(build.context);
    const id = shortHash(buildKey(build, platform), 8);
    const image = once(scope, `build-${id}`, ({ child }): Image => {
        const registry = registryFor(scope);
        // Every content has a tag of its own: one that is pushed never changes its meaning, and stacks share it.
        const tag = buildDigest(build, platform).slice(0, 40);
        const repository = dnsName(`${scope.project}-${path.basename(path.resolve(folder))}`, 100);
        return child(
            "build",
            {
                imageName: registry.apply(({ server }) => `${server}/${repository}:${tag}`),
                build: {
                    context: folder,
                    dockerfile: path.join(folder, build.dockerfile ?? "Dockerfile"),
                    ...(build.target === undefined ? {} : { target: build.target }),
                    platform,
                    builderVersion: "BuilderBuildKit",
                },
                buildOnPreview: false,
                registry: login(registry),
            },
            (name, args: ImageArgs, opts) => new Image(name, args, opts),
            {},
            id,
        );
    });
    return image.repoDigest;
}

function registryFor(scope: Scope): pulumi.Output<RegistrySettings> {
    const given = settingsOf(scope).registry;
    return recordOf(scope).apply((record) => {
        const server = given?.server ?? record.registry;
        if (server !== undefined) return { ...given, server };
        throw new ProgramError("build needs a registry; set kubernetes.registry, or give image.");
    });
}

/** Without a user, whoever runs Pulumi is logged in already. */
function login(registry: pulumi.Output<RegistrySettings>): NonNullable<ImageArgs["registry"]> {
    return {
        server: registry.apply(({ server }) => server.split("/")[0]),
        username: registry.apply(({ username }) => username),
        password: pulumi.secret(registry.apply(({ password }) => password)),
    };
}
