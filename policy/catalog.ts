/** The rules as data, for reports and documentation. */
import { RULES } from "./factors/index.js";
import { typesOf } from "./look.js";
import { pageOf, stepsOf } from "./metadata.js";
import { PLATFORMS, type Platform } from "./resource.js";
import {
    byProfile,
    FACTORS,
    type FactorNumber,
    type Level,
    numeral,
    type Options,
    type ResourceRule,
    type Severity,
} from "./rule.js";

export interface CatalogEntry {
    readonly name: string;
    readonly factor: FactorNumber;
    /** "IV". */
    readonly numeral: string;
    /** "Backing services". */
    readonly title: string;
    readonly scope: "resource" | "stack";
    readonly severity: Severity;
    readonly level: { readonly development: Level; readonly production: Level };
    readonly description: string;
    readonly remediation: string;
    /** Platforms on which it judges. */
    readonly platforms: readonly Platform[];
    /** Types of resources that it looks at; absent for a rule about the stack. */
    readonly types?: readonly string[];
    readonly options: Options;
    /** Where it is explained. */
    readonly url: string;
}

/** Every rule of the pack, in the order of the factors. */
export const CATALOG: readonly CatalogEntry[] = RULES.map((rule) => ({
    name: rule.name,
    factor: rule.factor,
    numeral: numeral(rule.factor),
    title: FACTORS[rule.factor - 1] ?? "",
    scope: rule.scope,
    severity: rule.severity,
    level: {
        development: byProfile(rule.level, "development"),
        production: byProfile(rule.level, "production"),
    },
    description: rule.description,
    remediation: stepsOf(rule),
    platforms: PLATFORMS.filter((platform) => rule.on[platform] !== undefined),
    ...(rule.scope === "resource" ? { types: allTypesOf(rule) } : {}),
    options: rule.options,
    url: pageOf(rule),
}));

function allTypesOf(rule: ResourceRule): readonly string[] {
    return PLATFORMS.flatMap((platform) => {
        const judge = rule.on[platform];
        return judge === undefined ? [] : typesOf(judge, platform);
    });
}

/** What no rule can see, by factor: said instead of passed. */
export const NOT_JUDGED: Readonly<Partial<Record<FactorNumber, string>>> = {
    1: "Whether one repository holds one app: infrastructure shows where an image says it comes from, not what is in the repository.",
    2: "What is inside an image: whether its dependencies are declared and isolated.",
    3: "What the code reads: configuration that is compiled in leaves no trace here.",
    6: "Whether the code is really stateless: it may keep in memory what the next request needs.",
    9: "Whether the process really starts fast and finishes its work on SIGTERM.",
    11: "Whether the code really writes its log to stdout.",
};
