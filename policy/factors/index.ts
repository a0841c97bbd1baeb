import * as codebase from "./01-codebase.js";
import * as dependencies from "./02-dependencies.js";
import * as config from "./03-config/index.js";
import * as backing from "./04-backing-services/index.js";
import * as release from "./05-build-release-run/index.js";
import * as processes from "./06-processes.js";
import * as ports from "./07-port-binding/index.js";
import * as concurrency from "./08-concurrency/index.js";
import * as disposability from "./09-disposability/index.js";
import * as parity from "./10-dev-prod-parity/index.js";
import * as logs from "./11-logs/index.js";
import * as admin from "./12-admin-processes/index.js";

const FOUND = [
    ...Object.values(codebase),
    ...Object.values(dependencies),
    ...Object.values(config),
    ...Object.values(backing),
    ...Object.values(release),
    ...Object.values(processes),
    ...Object.values(ports),
    ...Object.values(concurrency),
    ...Object.values(disposability),
    ...Object.values(parity),
    ...Object.values(logs),
    ...Object.values(admin),
];

/** Every rule, in the order of the factors. What a factor's files export are rules. */
export const RULES = FOUND.toSorted((a, b) => a.factor - b.factor);

type AnyRule = (typeof RULES)[number];

/** The names of all rules: one that is misspelt does not compile. */
export type RuleName = AnyRule["name"];

/** The rule of a name. */
export type RuleNamed<N extends RuleName> = Extract<AnyRule, { readonly name: N }>;
