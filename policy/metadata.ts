/** What the engine, reports and documentation are told about a rule. */
import type { PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import type { Platform } from "./resource.js";
import { byProfile, FACTORS, type Level, numeral, type Profile, type Rule } from "./rule.js";

/** A rule with the level and the settings that a pack has given it. */
export interface Chosen {
    readonly rule: Rule;
    readonly level: Level;
    readonly options: Readonly<Record<string, unknown>>;
}

/** Where a rule's factor is explained, by those who wrote the factors. */
export function pageOf(rule: Rule): string {
    return `https://12factor.net/${slugOf(rule.factor)}`;
}

/** Page of a factor in docs/policy: "04-backing-services.md" for factor IV. */
export function pageName(factor: Rule["factor"]): string {
    return `${String(factor).padStart(2, "0")}-${slugOf(factor)}.md`;
}

/** "backing-services" for factor IV. */
function slugOf(factor: Rule["factor"]): string {
    return (FACTORS[factor - 1] ?? "").toLowerCase().replace(/[^a-z]+/g, "-");
}

type Metadata = Omit<ResourceValidationPolicy, "validateResource" | "remediateResource">;

export function metadataOf({ rule, level, options }: Chosen, profile: Profile): Metadata {
    const factor = FACTORS[rule.factor - 1] ?? "";
    const schema = schemaOf(rule, options, profile);
    return {
        name: rule.name,
        displayName: rule.name.replaceAll("-", " "),
        description: rule.description,
        enforcementLevel: level,
        severity: rule.severity,
        framework: {
            name: "twelve-factor",
            version: "2017",
            reference: numeral(rule.factor),
            specification: factor,
        },
        tags: ["twelve-factor", numeral(rule.factor)],
        remediationSteps: stepsOf(rule),
        url: pageOf(rule),
        ...(schema === undefined ? {} : { configSchema: schema }),
    };
}

/** How to mend a violation of a rule on one platform. */
export function mendOf(rule: Rule, platform: Platform): string {
    return typeof rule.mend === "string" ? rule.mend : (rule.mend[platform] ?? "");
}

const TITLES: Readonly<Record<Platform, string>> = {
    intent: "Twelvefold",
    aws: "AWS",
    azure: "Azure",
    kubernetes: "Kubernetes",
    docker: "Image builds",
};

export function stepsOf({ mend }: Rule): string {
    if (typeof mend === "string") return mend;
    return Object.entries(mend)
        .map(([platform, step]) => `${TITLES[platform as Platform]}: ${step}`)
        .join("\n");
}

function schemaOf(rule: Rule, options: Chosen["options"], profile: Profile): PolicyConfigSchema | undefined {
    const entries = Object.entries(rule.options);
    if (entries.length === 0) return undefined;
    const properties = entries.map(([name, option]) => {
        const fallback = options[name] ?? byProfile<unknown>(option.default, profile);
        const shared = { description: option.description, default: fallback as never };
        if (option.type === "strings") return [name, { ...shared, type: "array", items: { type: "string" } }];
        const minimum = option.type === "integer" && option.minimum !== undefined ? { minimum: option.minimum } : {};
        return [name, { ...shared, ...minimum, type: option.type }];
    });
    return { properties: Object.fromEntries(properties) };
}
