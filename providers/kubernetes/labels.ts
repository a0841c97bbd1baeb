import type * as pulumi from "@pulumi/pulumi";
import type { Attachment, Kind, Scope } from "../contract.js";
import { shortHash } from "../naming.js";
import { labelValue } from "./names.js";
import { settingsOf } from "./settings.js";

/** Prefix of every label and annotation of our own. */
export const PREFIX = "twelvefold.dev";
/** Worn by the namespace of a stack; resources admit pods from such namespaces only. */
export const PROJECT_LABEL = `${PREFIX}/project`;
/** Worn by pods: which retention class of the log store keeps their lines. */
export const RETENTION_LABEL = `${PREFIX}/log-retention`;
/** Worn by pods: the log sink that their lines belong to. */
export const SINK_LABEL = `${PREFIX}/log-sink`;
/** In the selector of a release that is shifted to, never of one that rolls. */
export const RELEASE_LABEL = `${PREFIX}/release`;

/** Worn by the pods of a Job component, beside the name of the app whose code they run. */
export const JOB_LABEL = `${PREFIX}/job`;

export type Labels = Readonly<Record<string, string>>;
export type LabelInputs = Record<string, pulumi.Input<string>>;

/** What a pod is: an App's process, a command of its release, a Job, or a backing service. */
export type Component = "web" | "worker" | "release" | "job" | "shift" | "database" | "broker" | "gateway" | "platform";

/** Selectors use these two only: everything else may change under a running release. */
export function selectorLabels(name: string, component: Component): Labels {
    return { "app.kubernetes.io/name": name, "app.kubernetes.io/component": component };
}

/** Labels that pods carry too; nothing in them changes without a release. */
export function podLabels(scope: Scope, component: Component): Labels {
    return {
        ...selectorLabels(scope.name, component),
        "app.kubernetes.io/instance": instanceOf(scope),
        "app.kubernetes.io/managed-by": "twelvefold",
    };
}

/** Labels of an object. The commit is on objects only: on pods it would make every commit a release. */
export function objectLabels(scope: Scope, component: Component, release?: pulumi.Input<string>): LabelInputs {
    const { owner, commit } = settingsOf(scope);
    return {
        ...podLabels(scope, component),
        ...(release === undefined ? {} : { "app.kubernetes.io/version": release }),
        ...(owner === undefined ? {} : { owner: labelValue(owner) }),
        ...(commit === undefined ? {} : { [`${PREFIX}/commit`]: labelValue(commit) }),
    };
}

/** The source repository is a URL, and so no label. */
export function workloadAnnotations(scope: Scope): Labels {
    const { repository } = settingsOf(scope);
    return repository === undefined ? {} : { [`${PREFIX}/repository`]: repository };
}

export function instanceOf({ project, stack }: Pick<Scope, "project" | "stack">): string {
    return labelValue(`${project}-${stack}`);
}

/**
 * The label that a pod wears to be let in by a database, a broker or an app. A hash of the whole key keeps equal names of
 * two stacks or two kinds apart.
 */
export function clientLabel(kind: Kind | "Broker", name: string, { project, stack }: Owner): string {
    return `bind.${PREFIX}/${name}-${shortHash(`${kind} ${project}/${stack}/${name}`, 8)}`;
}

type Owner = Pick<Scope, "project" | "stack">;

/** What this program makes itself is known by name, also while its handle is unknown at preview. */
export function isOwn(attachment: Attachment): boolean {
    return attachment.resource !== undefined;
}
