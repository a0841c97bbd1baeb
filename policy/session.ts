import type { Exceptions } from "./exceptions.js";
import type { Profile } from "./rule.js";

/** What the rules of one pack share while it runs. */
export interface Session {
    readonly profile: Profile;
    /** Replaced where the engine brings exceptions with its configuration. */
    exceptions: Exceptions;
    /** YYYY-MM-DD. */
    readonly today: string;
}
