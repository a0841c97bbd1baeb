/**
 * Reads what the engine says about a policy pack: the events of `pulumi preview --event-log FILE`, or of
 * `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true, one JSON document a line. A resource for
 * which a rule is neither in `passed` nor in `failed` is one that the rule does not apply to.
 *
 * Source: github.com/pulumi/pulumi, sdk/go/common/apitype/events.go.
 */
import type { Counts, Judgement, Violation } from "./report.js";

interface PolicyEvent {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly policyPackName: string;
    readonly enforcementLevel: string;
}

interface SummaryEvent {
    readonly resourceUrn?: string;
    readonly policyPackName: string;
    readonly passed?: readonly string[];
    readonly failed?: readonly string[];
}

interface EngineEvent {
    readonly policyEvent?: PolicyEvent;
    readonly policyAnalyzeSummaryEvent?: SummaryEvent;
    readonly policyAnalyzeStackSummaryEvent?: SummaryEvent;
}

/** Which rules of the pack judge single resources, and which the stack. */
export interface PackRules {
    readonly pack: string;
    readonly resourceRules: readonly string[];
    readonly stackRules: readonly string[];
}

/** @throws Error when a line is not JSON, or when there is no word of the pack. */
export function readEvents(text: string, { pack, resourceRules, stackRules }: PackRules): Judgement {
    const counter = new Counter();
    const violations: Violation[] = [];
    let stack: string | undefined;
    for (const event of eventsIn(text)) {
        const { policyEvent, policyAnalyzeSummaryEvent: resource, policyAnalyzeStackSummaryEvent: whole } = event;
        if (policyEvent?.policyPackName === pack) violations.push(violationOf(policyEvent));
        if (resource?.policyPackName === pack) {
            stack ??= stackOf(resource.resourceUrn);
            counter.add(resourceRules, resource);
        }
        if (whole?.policyPackName === pack) counter.add(stackRules, whole);
    }
    if (counter.empty && violations.length === 0) {
        throw new Error(
            `The events have no word of the policy pack "${pack}". Run the preview with --policy-pack, and give this ` +
                "command its event log: PULUMI_DEBUG_COMMANDS=true pulumi preview --policy-pack … --event-log events.json",
        );
    }
    return { ...(stack !== undefined && { stack }), counts: counter.counts, violations };
}

function* eventsIn(text: string): Generator<EngineEvent> {
    for (const [at, line] of text.split("\n").entries()) {
        if (line.trim() === "") continue;
        try {
            yield JSON.parse(line) as EngineEvent;
        } catch {
            throw new Error(
                `Line ${at + 1} of the events is not JSON: ${JSON.stringify(line.slice(0, 60))}. ` +
                    "Allowed: one event a line, as `--event-log` writes them.",
            );
        }
    }
}

function violationOf({ resourceUrn, message, policyName, enforcementLevel }: PolicyEvent): Violation {
    return {
        rule: policyName,
        ...(resourceUrn !== undefined && resourceUrn !== "" && { urn: resourceUrn }),
        message: plain(message, policyName),
        level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    };
}

/** Without the engine's colour directives, and without the description that it puts before the message. */
function plain(message: string, rule: string): string {
    const bare = message.replace(/<\{%[^%]*%\}>/g, "").trim();
    const [first = "", ...rest] = bare.split("\n");
    return rest.length > 0 && !first.includes(rule) ? rest.join("\n").trim() : bare;
}

function stackOf(urn: string | undefined): string | undefined {
    const [stack, project] = urn?.replace("urn:pulumi:", "").split("::") ?? [];
    return stack === undefined || project === undefined ? undefined : `${project}/${stack}`;
}

class Counter {
    readonly counts = new Map<string, Counts>();

    get empty(): boolean {
        return this.counts.size === 0;
    }

    add(rules: readonly string[], { passed = [], failed = [] }: SummaryEvent): void {
        const good = new Set(passed);
        const bad = new Set(failed);
        for (const rule of rules) {
            const before = this.counts.get(rule) ?? { passed: 0, failed: 0, notApplicable: 0 };
            const word = bad.has(rule) ? "failed" : good.has(rule) ? "passed" : "notApplicable";
            this.counts.set(rule, { ...before, [word]: before[word] + 1 });
        }
    }
}
