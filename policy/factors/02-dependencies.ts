import { installs } from "../detect/command.js";
import { imageOf } from "../image.js";
import { commandJudged, containers, EVERYWHERE, on, types } from "../judges.js";
import { resourceRule } from "../rule.js";
import { at, text } from "../values.js";
import { fail, judge, outside, pass, shown } from "../verdict.js";

/**
 * Runtimes whose deprecation date has passed on 2026-11-21, by the tables of AWS Lambda's developer guide
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html) as two public programs copied them on 2026-05-23 and
 * 2026-08-15. The dates of python3.10 (2026-10-31), dotnet8 and dotnet9 (2026-11-10) were still to come then. The next to end:
 * ruby3.3 on 2027-03-31, nodejs22.x on 2027-04-30; python3.11, java17, java11 and java8.al2 on 2027-06-30.
 */
const ENDED_RUNTIMES = [
    ...["nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x"],
    ...["nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs20.x", "python2.7", "python3.6", "python3.7", "python3.8"],
    ...["python3.9", "python3.10", "ruby2.5", "ruby2.7", "ruby3.2", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1"],
    ...["dotnetcore3.1", "dotnet5.0", "dotnet6", "dotnet7", "dotnet8", "dotnet9"],
    ...["go1.x", "java8", "provided", "provided.al2"],
];

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
        EVERYWHERE,
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

export const requireImageDigest = resourceRule(
    {
        name: "require-image-digest",
        factor: 2,
        severity: "low",
        level: "advisory",
        description: "The image is named by its digest: a tag says what somebody meant, a digest what runs.",
        mend: {
            intent: 'Take the digest from the build: image: "registry/app@sha256:…".',
            aws: "Use the digest that the build reports (repoDigest of docker.Image).",
            azure: "Use the digest that the build reports.",
            kubernetes: "Use the digest that the build reports.",
        },
    },
    on(
        EVERYWHERE,
        containers(({ image, where }) =>
            judge(image, `the image of ${where}`, (reference) =>
                imageOf(reference)?.digest === undefined
                    ? fail(`${where} runs the image ${shown(reference)}`, "a digest (…@sha256:…)")
                    : pass,
            ),
        ),
    ),
);

export const requireImmutableTags = resourceRule(
    {
        name: "require-immutable-registry-tags",
        factor: 2,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A registry refuses to move a tag, so that a version stays what it was when it was tested.",
        mend: 'Set imageTagMutability: "IMMUTABLE".',
    },
    {
        aws: types({
            "aws:ecr:Repository": (props) =>
                judge(text(at(props, "imageTagMutability") ?? "MUTABLE"), "imageTagMutability", (value) =>
                    value.startsWith("IMMUTABLE") ? pass : fail(`imageTagMutability is ${shown(value)}`, '"IMMUTABLE"'),
                ),
        }),
    },
);

export const requireSupportedRuntime = resourceRule(
    {
        name: "require-supported-runtime",
        factor: 2,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "A function's runtime still gets corrections: a dependency that nobody mends is a liability.",
        mend: "Move the function to a runtime that is supported.",
        options: {
            endedRuntimes: { type: "strings", description: "Runtimes past their end.", default: ENDED_RUNTIMES },
        },
    },
    {
        aws: types({
            "aws:lambda:Function": (props, { options }) =>
                judge(
                    text(at(props, "runtime")),
                    "the runtime",
                    (runtime) =>
                        options.endedRuntimes.includes(runtime)
                            ? fail(
                                  `the runtime is ${shown(runtime)}, which is past its end`,
                                  "a runtime that is supported",
                              )
                            : pass,
                    outside("an image brings its own runtime"),
                ),
        }),
    },
);

export const disallowInstallAtStart = resourceRule(
    {
        name: "disallow-install-at-start",
        factor: 2,
        severity: "high",
        level: "mandatory",
        description:
            "Dependencies are in the image: what is installed at start differs from day to day and fails when a registry does.",
        mend: "Move the installation into the image's build.",
    },
    on(
        EVERYWHERE,
        containers(({ command, where }) =>
            commandJudged(command, where, (words) => {
                const found = installs(words);
                return found === undefined
                    ? pass
                    : fail(`${where} installs at start: ${shown(found)}`, "a command that only starts the process");
            }),
        ),
    ),
);
