import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Attachment, RolloutRequest, Scope } from "../contract.js";
import { alertRuleName } from "./alert.js";
import { field, type LogSinkHandle } from "./handles.js";
import type { Shift } from "./resource/inputs.js";

/** A share of the traffic that the program itself keeps on a revision. */
export interface Hold {
    readonly revision: string;
    readonly percent: number;
}

/** How a release takes over, in the words of Container Apps. */
export interface Rollout {
    readonly activeRevisionsMode: "Single" | "Multiple";
    readonly traffic?: readonly {
        readonly latestRevision?: boolean;
        readonly revisionName?: string;
        readonly weight: number;
    }[];
    /** Whether the running update moves the traffic. */
    readonly isDriven: boolean;
}

/**
 * The declared state never names a revision that an update moves to: it says "all to the latest", and what comes before
 * that happens through the API.
 */
export function rolloutOf({ strategy }: RolloutRequest, hold: Hold | undefined, hasIngress: boolean): Rollout {
    if (hold !== undefined) {
        const traffic = [
            { revisionName: hold.revision, weight: 100 - hold.percent },
            { latestRevision: true, weight: hold.percent },
        ].filter(({ weight }) => weight > 0);
        return { activeRevisionsMode: "Multiple", traffic, isDriven: false };
    }
    if (strategy === "rolling") return { activeRevisionsMode: "Single", isDriven: false };
    return {
        activeRevisionsMode: "Multiple",
        ...(hasIngress ? { traffic: [{ latestRevision: true, weight: 100 }] } : {}),
        isDriven: true,
    };
}

/** The steps of a shift; blue-green is one step of everything. */
export function shiftOf(scope: Scope, request: AppRequest): pulumi.Output<Shift> {
    const { steps, strategy, bakeSeconds, rollbackOn } = request.rollout;
    const { errorPercent, alarms } = rollbackOn;
    return alarmsOf(scope, request.logs, alarms).apply((ids) => ({
        steps: [
            ...steps.map(({ percent, bakeSeconds }) => ({ percent, bakeSeconds })),
            { percent: 100, bakeSeconds: strategy === "blueGreen" ? bakeSeconds : 0 },
        ],
        ...(errorPercent === undefined ? {} : { errorPercent }),
        alarms: ids,
    }));
}

/** Ids of the rules behind the alerts of a log sink: they follow from names. */
function alarmsOf(
    scope: Scope,
    logs: Attachment<"LogSink"> | undefined,
    alarms: readonly string[],
): pulumi.Output<string[]> {
    if (logs === undefined || alarms.length === 0) return pulumi.output([]);
    const workspace = field<LogSinkHandle, "workspaceId">(logs, "workspaceId");
    return pulumi.all([workspace, field<{ readonly key: string }, "key">(logs, "key")]).apply(([id, key]) => {
        const [project = scope.project, stack = scope.stack, name = logs.name] = key.split("/");
        const group = id.replace(/\/providers\/.*$/, "");
        return alarms.map(
            (alarm) =>
                `${group}/providers/Microsoft.Insights/scheduledQueryRules/${alertRuleName({ project, stack, name }, alarm)}`,
        );
    });
}
