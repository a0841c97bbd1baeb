import { alike, CLOUDS, EVERYWHERE, on, types, workloads } from "../judges.js";
import { asked, intentOf, isLocal } from "../kinds/intent/intent.js";
import { labelled, RELEASE_KEYS } from "../labels.js";
import type { Workload } from "../model.js";
import type { Platform, Resource, Stack } from "../resource.js";
import { type Finding, resourceRule, stackRule } from "../rule.js";
import { about, grouped, ofType, running } from "../stack.js";
import { at, type Fields, flag, isKnown, isOpaque, number, text } from "../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../verdict.js";

export const requireRollback = resourceRule(
    {
        name: "require-rollback",
        factor: 5,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "A release that does not work gives way to the one before it, by itself or at once by hand.",
        mend: {
            aws: "Set deploymentCircuitBreaker: { enable: true, rollback: true }, or alarms with rollback: true.",
            azure: "Keep inactive revisions: leave configuration.maxInactiveRevisions out, or set it above 0.",
            kubernetes: "Leave revisionHistoryLimit out, or set it above 0.",
        },
    },
    {
        aws: types({
            "aws:ecs:Service": (props) => {
                const controller = text(at(props, "deploymentController", "type"));
                if (isKnown(controller) && controller !== "ECS")
                    return outside(`${controller} deploys it, and rolls back`);
                return rollsBack(props);
            },
        }),
        azure: types({
            "azure-native:app:ContainerApp": (props) =>
                judge(
                    number(at(props, "configuration", "maxInactiveRevisions")),
                    "configuration.maxInactiveRevisions",
                    (most) => (most > 0 ? pass : fail("configuration.maxInactiveRevisions is 0", "1 or more")),
                    pass,
                ),
        }),
        kubernetes: alike(
            ["Deployment", "StatefulSet", "DaemonSet"].map((kind) => `kubernetes:apps:${kind}`),
            (props) =>
                judge(
                    number(at(props, "spec", "revisionHistoryLimit")),
                    "spec.revisionHistoryLimit",
                    (most) => (most > 0 ? pass : fail("spec.revisionHistoryLimit is 0", "1 or more")),
                    pass,
                ),
        ),
    },
);

function rollsBack(props: Fields): Verdict {
    const switches = [
        flag(at(props, "deploymentCircuitBreaker", "rollback")),
        flag(at(props, "deploymentCircuitBreaker", "enable")),
        flag(at(props, "alarms", "rollback")),
        flag(at(props, "alarms", "enable")),
    ];
    const [breaker, breakerOn, alarms, alarmsOn] = switches;
    if ((breaker === true && breakerOn === true) || (alarms === true && alarmsOn === true)) return pass;
    const hidden = switches.find(isOpaque);
    return hidden === undefined
        ? fail("a failed deployment stays as it is", "a circuit breaker or alarms that roll back")
        : opaque(hidden, "whether a failed deployment rolls back");
}

const RELEASE_VARIABLES = [
    "RELEASE_ID",
    "RELEASE",
    "RELEASE_VERSION",
    "APP_VERSION",
    "VERSION",
    "GIT_SHA",
    "GIT_COMMIT",
    "SENTRY_RELEASE",
    "DD_VERSION",
];

export const requireReleaseId = resourceRule(
    {
        name: "require-release-id",
        factor: 5,
        severity: "low",
        level: "advisory",
        description: "Every release has an id that its logs and its operators can name.",
        mend: {
            aws: "Add the tag release, or the variable RELEASE_ID.",
            azure: "Add the tag release, or the variable RELEASE_ID.",
            kubernetes: "Add the label app.kubernetes.io/version, or the variable RELEASE_ID.",
        },
        options: {
            labels: { type: "strings", description: "Tags and labels that hold an id.", default: RELEASE_KEYS },
            variables: { type: "strings", description: "Variables that hold an id.", default: RELEASE_VARIABLES },
        },
    },
    on(
        CLOUDS,
        workloads(({ labels, containers }, { options }) => {
            if (isKnown(labelled(labels, options.labels))) return pass;
            const names = namesOf(containers);
            if (names.some((name) => typeof name === "string" && options.variables.includes(name))) return pass;
            const hidden = [labels, labelled(labels, options.labels), ...names].find(isOpaque);
            return hidden === undefined
                ? fail("it has no id of its release", "a label or a variable with one")
                : opaque(hidden, "whether it has an id of its release");
        }),
    ),
);

/** Names of all variables; what is opaque stands for itself. */
function namesOf(containers: Workload["containers"]): readonly unknown[] {
    if (!isKnown(containers)) return [containers];
    return containers.flatMap(({ environment }): readonly unknown[] =>
        isKnown(environment) ? environment.map(({ name }) => name) : [environment],
    );
}

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

export const requirePublishedFunction = resourceRule(
    {
        name: "require-published-function",
        factor: 5,
        severity: "low",
        level: "advisory",
        description: "Each release of a function is a version that cannot change, so that an alias can go back to it.",
        mend: "Set publish: true, and call the function through an alias.",
    },
    {
        aws: types({
            "aws:lambda:Function": (props) =>
                judge(flag(at(props, "publish")), "publish", (value) => (value ? pass : unpublished), unpublished),
        }),
    },
);

const unpublished: Verdict = fail("publish is off", "true");

export const requireOneRelease = stackRule(
    {
        name: "require-one-release",
        factor: 5,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "All processes of one app run the same release: a web process and a worker of two versions disagree about the data.",
        mend: "Give all processes of the app the same image.",
    },
    Object.fromEntries(EVERYWHERE.map((platform) => [platform, (stack: Stack) => oneRelease(stack, platform)])) as {
        readonly [P in (typeof EVERYWHERE)[number]]: (stack: Stack) => readonly Finding[];
    },
);

/** Task definitions that a service runs; a task definition that nothing runs may be an old one that is kept. */
function inService(stack: Stack, resource: Resource): boolean {
    return (
        resource.type !== "aws:ecs:TaskDefinition" ||
        ofType(stack, "aws:ecs:Service").some(({ dependencies }) => dependencies.includes(resource.urn))
    );
}

function oneRelease(stack: Stack, platform: Platform): readonly Finding[] {
    const { containers, hidden } = running(stack, platform);
    const services = containers.filter(
        ({ workload, container, resource, image }) =>
            image !== undefined && workload.role !== "job" && !container.initial && inService(stack, resource),
    );
    const groups = grouped(services, ({ image }) => image?.repository);
    const findings = [...groups].flatMap(([repository, members]) => {
        const [first] = members;
        return members.map(({ resource, image }) => {
            const same =
                image?.digest === first?.image?.digest &&
                (image?.digest !== undefined || image?.tag === first?.image?.tag);
            return about(
                resource,
                same
                    ? pass
                    : fail(
                          `${resource.name} runs ${shown(repository)} at ${versionOf(image)}, and ${first?.resource.name} at ${versionOf(first?.image)}`,
                          "one release of it",
                      ),
            );
        });
    });
    return [...findings, ...hidden];
}

function versionOf(
    image: { readonly digest: string | undefined; readonly tag: string | undefined } | undefined,
): string {
    return image?.digest ?? image?.tag ?? "latest";
}
