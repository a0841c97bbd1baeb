/**
 * Reads what the engine says about a policy pack: the events of `pulumi preview --event-log FILE`, or of
 * `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true, one JSON document a line. A resource for
 * which a rule is neither in `passed` nor in `failed` is one that the rule does not apply to.
 *
 * Source: github.com/pulumi/pulumi, sdk/go/common/apitype/events.go.
 */
import type { CatalogEntry } from "../catalog.js";
import { Counter } from "./counter.js";
import type { Judgement, Violation } from "./report.js";

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

/** A policy pack as the engine knows it. */
export interface Pack {
    readonly name: string;
    readonly rules: readonly Pick<CatalogEntry, "name" | "description" | "scope">[];
}

/** @throws Error when a line is not JSON, or when there is no word of the pack. */
export function readEvents(text: string, { name: pack, rules }: Pack): Judgement {
    const namesOf = (scope: CatalogEntry["scope"]) =>
        rules.filter((rule) => rule.scope === scope).map(({ name }) => name);
    const [resourceRules, stackRules] = [namesOf("resource"), namesOf("stack")];
    const descriptions = new Map(rules.map(({ name, description }) => [name, description]));
    const counter = new Counter();
    const violations: Violation[] = [];
    let stack: string | undefined;
    for (const event of eventsIn(text)) {
        const { policyEvent, policyAnalyzeSummaryEvent: resource, policyAnalyzeStackSummaryEvent: whole } = event;
        if (policyEvent?.policyPackName === pack) {
            violations.push(violationOf(policyEvent, descriptions.get(policyEvent.policyName) ?? ""));
        }
        if (resource?.policyPackName === pack) {
            stack ??= stackOf(resource.resourceUrn);
            counter.addAll(resourceRules, resource);
        }
        if (whole?.policyPackName === pack) counter.addAll(stackRules, whole);
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

function violationOf(event: PolicyEvent, description: string): Violation {
    const { resourceUrn, message, policyName, enforcementLevel } = event;
    const colourless = message.replace(/<\{%[^%]*%\}>/g, "").trim();
    // The SDK puts the rule's description before each message; a report says it once.
    const own = colourless.startsWith(description) ? colourless.slice(description.length).trim() : colourless;
    return {
        rule: policyName,
        ...(resourceUrn !== undefined && resourceUrn !== "" && { urn: resourceUrn }),
        message: own === "" ? colourless : own,
        level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    };
}

function stackOf(urn: string | undefined): string | undefined {
    const [stack, project] = urn?.replace("urn:pulumi:", "").split("::") ?? [];
    return stack === undefined || project === undefined ? undefined : `${project}/${stack}`;
}
