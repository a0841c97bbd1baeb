import * as pulumi from "@pulumi/pulumi";
import type { Builder } from "../contract.js";
import { localChild } from "./platform.js";
import type { LogsSpec } from "./spec.js";

/** Upper bound of a sink on disk unless `local.maxMiB` says otherwise. */
const MAX_MIB = 1024;

/** Segments of JSON lines in the state folder, kept for a time and bounded in size. */
export const logSink: Builder<"LogSink"> = (scope, request) => {
    const spec = pulumi.all([request.retentionDays, request.alerts, request.archive]).apply(
        ([retentionDays, alerts, archive]): LogsSpec => ({
            retentionDays,
            maxMiB: Number(scope.options.maxMiB ?? MAX_MIB),
            alerts: (alerts as LogsSpec["alerts"]).map(withoutMail),
            ...(archive === undefined ? {} : { archiveDays: Math.max(0, archive.retentionDays - retentionDays) }),
        }),
    );
    const sink = localChild(scope, "sink", "logs", { spec });
    return {
        outputs: { query: pulumi.interpolate`npx twelvefold logs --sink ${sink.objectName} --stack ${scope.stack}` },
        handle: { home: sink.home, sink: sink.objectName },
    };
};

/** Nothing on this machine sends mail: such an alert gets its line in the sink, as the support data say. */
function withoutMail(alert: LogsSpec["alerts"][number]): LogsSpec["alerts"][number] {
    return alert.notify?.includes("@") && !/^https?:/.test(alert.notify) ? { ...alert, notify: "log" } : alert;
}
