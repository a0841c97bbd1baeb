import * as path from "node:path";
import { getRegistryImageOutput, Image, type ImageArgs } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Build, buildDigest, buildKey } from "../build.js";
import type { CodeRequest, Scope } from "../contract.js";
import { shortHash } from "../naming.js";
import { once } from "../shared.js";
import { ground } from "./handles.js";
import { type BuiltRegistry, pushPassword, registryOf, TOKEN_USER } from "./registry.js";

/** What runs, and what it takes to pull it. */
export interface Code {
    /** By digest. */
    readonly image: pulumi.Output<string>;
    readonly registries: pulumi.Input<readonly { readonly server: string; readonly identity: string }[]>;
    readonly dependsOn: readonly pulumi.Resource[];
}

export function codeOf(scope: Scope, code: CodeRequest): Code {
    if ("image" in code) {
        return { image: pulumi.output(code.image).apply(byDigest), registries: [], dependsOn: [] };
    }
    const registry = registryOf(scope);
    return {
        image: built(scope, code.build, registry),
        registries: pulumi
            .all([registry.server, ground(scope, "identityId")])
            .apply(([server, identity]) => [{ server, identity }]),
        dependsOn: [registry.puller],
    };
}

/** A tag may come to mean something else, also between two restarts of one release; a digest cannot. */
function byDigest(reference: string): pulumi.Output<string> {
    if (reference.includes("@sha256:")) return pulumi.output(reference);
    const repository = reference.replace(/:[^/:]+$/, "");
    return getRegistryImageOutput({ name: reference }).apply(({ sha256Digest }) => `${repository}@${sha256Digest}`);
}

const PLATFORM = "linux/amd64";

/** Components with one build share one image. Container Apps run linux/amd64 only. */
function built(scope: Scope, build: Build, registry: BuiltRegistry): pulumi.Output<string> {
    const folder = path.normalize(build.context);
    const id = shortHash(buildKey(build, PLATFORM), 8);
    const image = once(scope, `build-${id}`, (platform): Image => {
        const name = `${scope.project}/${path.basename(path.resolve(folder))}`.toLowerCase();
        const repository = name.replaceAll(/[^a-z0-9/-]+/g, "-");
        // Every content has a tag of its own: one that is pushed never changes its meaning.
        const tag = buildDigest(build, PLATFORM).slice(0, 40);
        const args: ImageArgs = {
            imageName: pulumi.interpolate`${registry.server}/${repository}:${tag}`,
            build: {
                context: folder,
                dockerfile: path.join(folder, build.dockerfile ?? "Dockerfile"),
                ...(build.target === undefined ? {} : { target: build.target }),
                platform: PLATFORM,
                builderVersion: "BuilderBuildKit",
            },
            buildOnPreview: false,
            registry: {
                server: registry.server,
                username: TOKEN_USER,
                password: pushPassword(platform, registry.server) as pulumi.Output<string>,
            },
        };
        return platform.child("build", args, (name, args, opts) => new Image(name, args, opts), {}, id);
    });
    return image.repoDigest;
}
