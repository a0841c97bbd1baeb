import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { CodeRequest } from "../../providers/contract.js";
import { type Procfile, readProcfile } from "../../providers/procfile.js";
import { type ArgsReader, compact, isComputed } from "./args-reader.js";
import { anyText, objectOf, oneOf, text } from "./fields.js";

/** A source folder that becomes an image; on the local target it runs as it is. */
export interface BuildArgs {
    /** Folder of the source, relative to the program's working folder. */
    readonly context: string;
    /** The Dockerfile, relative to the context. Default: Dockerfile. Not used on the local target. */
    readonly dockerfile?: string | undefined;
    /** Stage of the Dockerfile. Default: the last. Not used on the local target. */
    readonly target?: string | undefined;
    /** Platform of the image. Default: linux/amd64. Not used on the local target. */
    readonly platform?: "linux/amd64" | "linux/arm64" | undefined;
}

/** Where code comes from: an image that exists, or a source folder. */
export interface CodeArgs {
    /** An image that exists: by digest, or by a tag that is not `latest`. Either `image` or `build`. */
    readonly image?: pulumi.Input<string> | undefined;
    /** A source folder. Plain. Either `image` or `build`. */
    readonly build?: BuildArgs | undefined;
}

const build = objectOf({
    context: { check: anyText, required: true },
    dockerfile: { check: anyText },
    target: { check: anyText },
    platform: { check: oneOf("linux/amd64", "linux/arm64") },
});

const IMAGE = /^[a-z0-9][a-zA-Z0-9._/:-]*(?:@sha256:[0-9a-f]{64})?$/;

function image(value: unknown, where: string): readonly string[] {
    const wrong = text(IMAGE, 'an image reference, for example "registry.example.com/shop@sha256:…"')(value, where);
    if (wrong.length > 0) return wrong;
    const reference = String(value);
    if (reference.includes("@sha256:")) return [];
    const tag = /:([^/:]+)$/.exec(reference)?.[1];
    return tag === undefined || tag === "latest"
        ? [
              `${where} is "${reference}", which names ${tag === undefined ? "no version, and so the tag latest" : "the tag latest"}; ` +
                  "allowed: a digest (…@sha256:…), or a tag of a version. What runs must not change under a running release.",
          ]
        : [];
}

/** Reads `image` or `build`. */
export function readCode<A extends CodeArgs>(args: ArgsReader<A>, other?: string): CodeRequest | undefined {
    const choices = ["image", "build", ...(other === undefined ? [] : [other])];
    const given = choices.filter((key) => args.given(key as keyof A & string));
    const asked = { image: args.input<string>("image", image), build: args.plain<BuildArgs>("build", build) };
    if (given.length !== 1) {
        args.problem(
            given.length === 0
                ? `none of ${choices.join(", ")} is given; say what to run.`
                : `${given.join(" and ")} exclude each other; keep one.`,
        );
        return undefined;
    }
    if (asked.image !== undefined) return { image: asked.image };
    return asked.build === undefined || isComputed(asked.build) ? undefined : { build: compact({ ...asked.build }) };
}

/** The Procfile of a build context, if it has one; what is wrong with it becomes a problem. */
export function procfileOf<A extends object>(args: ArgsReader<A>, code: CodeRequest | undefined): Procfile | undefined {
    if (code === undefined || !("build" in code) || typeof code.build.context !== "string") return undefined;
    try {
        return readProcfile(path.resolve(code.build.context));
    } catch (error) {
        args.problem((error as Error).message);
        return undefined;
    }
}
