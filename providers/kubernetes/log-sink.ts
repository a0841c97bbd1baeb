import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Builder, Profile, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { field, ground, type LogSinkHandle, recordOf } from "./handles.js";
import { type Labels, RETENTION_LABEL, SINK_LABEL } from "./labels.js";
import { fillQuery, type PlatformRecord } from "./record.js";

/** A view on the cluster's log store: no object, but labels that its agent routes by. */
export const logSink: Builder<"LogSink"> = (scope, request) => {
    const chosen = pulumi
        .all([recordOf(scope), request.retentionDays])
        .apply(([record, days]) => classFor(record, days, `LogSink "${scope.name}"`));
    const namespace = ground(scope, "namespace");
    const query = pulumi
        .all([chosen, namespace])
        .apply(([{ query }, namespace]) => fillQuery(query, { sink: scope.name, namespace }));
    return {
        outputs: { query },
        handle: {
            cluster: ground(scope, "cluster"),
            namespace,
            retentionDays: chosen.apply(({ retentionDays }) => retentionDays),
        },
    };
};

type LogClass = NonNullable<PlatformRecord["logs"]>["classes"][number];

/** The smallest retention class that keeps lines long enough. */
export function classFor(record: PlatformRecord, days: number, who: string): LogClass {
    const classes = sorted(record);
    if (classes.length === 0) {
        throw new ProgramError(
            `${who}: this cluster has no log store in its platform record; add logs to it (docs/kubernetes.md).`,
        );
    }
    const found = classes.find(({ retentionDays }) => retentionDays >= days);
    if (found !== undefined) return found;
    throw new ProgramError(
        `${who}: retentionDays is ${days}. This cluster keeps logs for at most ${classes.at(-1)?.retentionDays} days; ` +
            "ask for less, or add a class to the record.",
    );
}

function sorted(record: PlatformRecord): readonly LogClass[] {
    return [...(record.logs?.classes ?? [])].sort((a, b) => a.retentionDays - b.retentionDays);
}

/** Labels of pods whose lines go to a sink, or to the profile's class where none is named. */
export function logLabels(scope: Scope, logs: Attachment<"LogSink"> | undefined): pulumi.Output<Labels> {
    if (logs === undefined) return recordOf(scope).apply((record) => defaultLabels(record, scope.profile));
    return field<LogSinkHandle, "retentionDays">(logs, "retentionDays").apply(
        (days): Labels => ({
            [RETENTION_LABEL]: String(days),
            [SINK_LABEL]: logs.name,
        }),
    );
}

function defaultLabels(record: PlatformRecord, profile: Profile): Labels {
    const chosen = profile === "production" ? sorted(record).at(-1) : sorted(record)[0];
    return chosen === undefined ? {} : { [RETENTION_LABEL]: String(chosen.retentionDays) };
}
