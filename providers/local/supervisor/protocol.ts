import { readFileSync } from "node:fs";
import * as path from "node:path";

/** Lines of a long answer: what is going on, and at the end what came of it. */
export type AnswerLine = { readonly progress: string } | { readonly done: unknown } | { readonly error: string };

/** Who answers on a supervisor's socket. */
export interface Hello {
    readonly pid: number;
    readonly startTime: string;
    readonly version: string;
}

/** Answer to the removal of an object. */
export interface Removed {
    /** It was the last one: the supervisor is leaving, and the home is gone when its process is. */
    readonly last: boolean;
}

/** Version of this package: a client and a supervisor of different ones do not work together. */
export function packageVersion(): string {
    for (let at = __dirname; at !== path.dirname(at); at = path.dirname(at)) {
        try {
            const manifest = JSON.parse(readFileSync(path.join(at, "package.json"), "utf8"));
            if (manifest.name === "twelvefold") return String(manifest.version);
        } catch {
            // No package here; look further up.
        }
    }
    return "unknown";
}
