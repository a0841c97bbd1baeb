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

/**
 * Keeps what all rules read from one thing, until a rule comes to it for a second time: then the engine shows a new state
 * of it. The engine sends each rule a copy of its own.
 */
export class Readings<T> {
    private readonly kept = new Map<string, { readonly value: T; readonly readers: Set<string> }>();

    get(key: string, reader: string, read: () => T): T {
        const found = this.kept.get(key);
        if (found && !found.readers.has(reader)) {
            found.readers.add(reader);
            return found.value;
        }
        const value = read();
        this.kept.set(key, { value, readers: new Set([reader]) });
        return value;
    }

    /** Forgets all but what is in use, so that a large stack is not kept twice. */
    trim(most: number): void {
        for (const key of this.kept.keys()) {
            if (this.kept.size <= most) return;
            this.kept.delete(key);
        }
    }
}
