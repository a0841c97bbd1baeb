import { imageOf } from "../image.js";
import { containers, on } from "../judges.js";
import { resourceRule } from "../rule.js";
import { fail, judge, pass, shown } from "../verdict.js";

export const disallowMutableImage = resourceRule(
    {
        name: "disallow-mutable-image",
        factor: 2,
        severity: "high",
        level: "mandatory",
        description:
            "What runs is named by a digest or by the tag of a version, so that it cannot change under a running release.",
        mend: "Name the image by its digest (…@sha256:…), or by a tag that is never moved.",
        options: {
            movingTags: {
                type: "strings",
                description: "Tags that move.",
                default: [
                    "latest",
                    "main",
                    "master",
                    "develop",
                    "dev",
                    "edge",
                    "nightly",
                    "stable",
                    "production",
                    "staging",
                ],
            },
        },
    },
    on(
        ["intent", "aws", "azure", "kubernetes"],
        containers(({ image, where }, { options }) =>
            judge(image, `the image of ${where}`, (reference) => {
                const read = imageOf(reference);
                if (read?.digest !== undefined) return pass;
                const tag = read === undefined ? "" : (read.tag ?? "latest");
                return read === undefined || options.movingTags.includes(tag)
                    ? fail(`${where} runs the image ${shown(reference)}`, "a digest, or a tag that does not move")
                    : pass;
            }),
        ),
    ),
);
