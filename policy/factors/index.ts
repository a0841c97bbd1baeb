import * as codebase from "./01-codebase.js";
import * as dependencies from "./02-dependencies.js";
import * as config from "./03-config/index.js";
import * as backing from "./04-backing-services/index.js";
import * as release from "./05-build-release-run.js";

/** Every rule, in the order of the factors. A factor's file exports its rules and nothing else. */
export const RULES = [
    ...Object.values(codebase),
    ...Object.values(dependencies),
    ...Object.values(config),
    ...Object.values(backing),
    ...Object.values(release),
];

type AnyRule = (typeof RULES)[number];

/** The names of all rules: one that is misspelt does not compile. */
export type RuleName = AnyRule["name"];

/** The rule of a name. */
export type RuleNamed<N extends RuleName> = Extract<AnyRule, { readonly name: N }>;
