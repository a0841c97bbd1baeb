import { getRegistryImageOutput } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

/** An image by its digest, which its tag has now. */
export function pinned(image: string): pulumi.Output<string> {
    const { sha256Digest } = getRegistryImageOutput({ name: image });
    return pulumi.interpolate`${image.replace(/:[^/:]+$/, "")}@${sha256Digest}`;
}
