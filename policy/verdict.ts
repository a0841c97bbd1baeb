import { isOpaque, type Maybe, UNKNOWN } from "./values.js";

/** What a rule says about one thing that it looked at. Saying nothing is not passing. */
export type Verdict =
    | { readonly kind: "pass" }
    /** `what` names the place and the value got, `wanted` what is allowed; how to mend it is added by the rule. */
    | { readonly kind: "fail"; readonly what: string; readonly wanted: string }
    /** It may be either: something is not known. */
    | { readonly kind: "undecided"; readonly why: string }
    /** The rule is not about it. */
    | { readonly kind: "outside"; readonly why: string };

export const pass: Verdict = { kind: "pass" };

export function fail(what: string, wanted: string): Verdict {
    return { kind: "fail", what, wanted };
}

export function undecided(why: string): Verdict {
    return { kind: "undecided", why };
}

export function outside(why: string): Verdict {
    return { kind: "outside", why };
}

/** Judges a value that is there; absent or opaque ones are told apart. */
export function judge<T>(
    value: Maybe<T>,
    what: string,
    known: (value: T) => Verdict,
    absent: Verdict = undecided(`${what} is not given`),
): Verdict {
    if (isOpaque(value)) return opaque(value, what);
    return value === undefined ? absent : known(value);
}

export function opaque(value: unknown, what: string): Verdict {
    return undecided(
        value === UNKNOWN ? `${what} is not known before the update` : `${what} is not of the documented type`,
    );
}

/** Every violation; else what could not be decided; else that something passed; else why the rule is not about it. */
export function summed(verdicts: readonly Verdict[]): readonly Verdict[] {
    const failed = verdicts.filter(({ kind }) => kind === "fail");
    if (failed.length > 0) return failed;
    const first = (wanted: Verdict["kind"]) => verdicts.find(({ kind }) => kind === wanted);
    const answer = first("undecided") ?? first("pass") ?? verdicts[0];
    return answer === undefined ? [] : [answer];
}

/** A value as a message shows it: short, and on one line. Not for what may be a secret. */
export function shown(value: unknown): string {
    const written = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
    return written.length > 80 ? `${written.slice(0, 77)}…` : written;
}
