import { alike, types } from "../../judges.js";
import { asked, intentOf, isLocal } from "../../kinds/intent/intent.js";
import { resourceRule } from "../../rule.js";
import { at, type Fields, isOpaque } from "../../values.js";
import { fail, opaque, outside, pass, shown, type Verdict } from "../../verdict.js";

export const disallowBuildInProduction = resourceRule(
    {
        name: "disallow-build-in-production",
        factor: 5,
        severity: "medium",
        level: "advisory",
        description:
            "Production runs what was built and tested before: an update that builds deploys what nobody has seen.",
        mend: "Build in the pipeline, and hand the image's digest to the program.",
    },
    {
        intent: types({
            "twelvefold:index:App": (_, { profile }, resource) => builds(intentOf(resource, "App") ?? {}, profile),
            "twelvefold:index:Job": (_, { profile }, resource) => builds(intentOf(resource, "Job") ?? {}, profile),
        }),
        docker: alike(
            ["docker:index:Image", "docker-build:index:Image", "docker-build:index:Index", "awsx:ecr:Image"],
            (_, { profile }) =>
                profile === "production"
                    ? fail("the update builds an image", "an image that exists")
                    : outside("development may build"),
        ),
    },
);

function builds(intent: Fields, profile: string): Verdict {
    if (isLocal(intent)) return outside("the local target runs the source folder and builds no image");
    if (profile !== "production") return outside("development may build");
    const build = asked(intent, "build");
    if (isOpaque(build)) return opaque(build, "build");
    return build === undefined
        ? pass
        : fail(`the update builds ${shown(at(build, "context"))}`, "an image that exists");
}
