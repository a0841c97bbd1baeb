/** Reads what the engine tells of policies. */
import { readFileSync } from "node:fs";

export interface PolicyEvent {
    readonly rule: string;
    readonly level: string;
    readonly urn: string;
    readonly message: string;
    readonly severity?: string;
}

interface EngineEvent {
    readonly policyEvent?: {
        readonly policyName: string;
        readonly enforcementLevel: string;
        readonly resourceUrn?: string;
        readonly message: string;
        readonly severity?: string;
    };
}

/** The violations in a log that `--event-log` wrote, without colours. */
export function policyEvents(file: string): PolicyEvent[] {
    return readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.includes('"policyEvent"'))
        .flatMap((line) => {
            const { policyEvent } = JSON.parse(line) as EngineEvent;
            if (policyEvent === undefined) return [];
            const { policyName, enforcementLevel, resourceUrn = "", message, severity } = policyEvent;
            return [
                {
                    rule: policyName,
                    level: enforcementLevel,
                    urn: resourceUrn,
                    message: message.replaceAll(/<\{%.*?%\}>/g, "").trim(),
                    ...(severity === undefined ? {} : { severity }),
                },
            ];
        });
}
