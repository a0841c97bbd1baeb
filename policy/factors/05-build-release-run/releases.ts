import { alike, CLOUDS, on, types, workloads } from "../../judges.js";
import { labelled, RELEASE_KEYS } from "../../labels.js";
import type { Workload } from "../../model.js";
import { resourceRule } from "../../rule.js";
import { at, type Fields, flag, isKnown, isOpaque, number, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, type Verdict } from "../../verdict.js";

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
