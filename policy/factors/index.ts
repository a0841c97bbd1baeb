import * as dependencies from "./02-dependencies.js";

/** Every rule, in the order of the factors. A factor's file exports its rules and nothing else. */
export const RULES = [...Object.values(dependencies)];

type AnyRule = (typeof RULES)[number];

/** The names of all rules: one that is misspelt does not compile. */
export type RuleName = AnyRule["name"];

/** The rule of a name. */
export type RuleNamed<N extends RuleName> = Extract<AnyRule, { readonly name: N }>;
