/** One thing that the doctor looked at. */
export interface Finding {
    readonly level: "ok" | "note" | "problem";
    /** What was found, a sentence. */
    readonly what: string;
    /** Why it matters, where that is not obvious. */
    readonly why?: string;
    /** Commands that mend it: each can be run as it is, in the project's folder. */
    readonly mend?: readonly Mend[];
}

/** A command, and when it is the right one where that is not obvious. */
export type Mend = string | { readonly command: string; readonly when: string };

export const ok = (what: string): Finding => ({ level: "ok", what });

/** A check looks, and changes nothing. */
export type Check = () => Promise<readonly Finding[]> | readonly Finding[];
