/** What every variant of the program makes. */
import * as path from "node:path";

export const GROUPS = 10;
/** Relative to the working folder, as a program gives it. */
export const SOURCE = path.relative(process.cwd(), path.resolve(import.meta.dirname, "../source"));

export const environmentOf = (index) => ({ LOG_LEVEL: "info", FEATURE_FLAGS: "search,checkout", INDEX: String(index) });
