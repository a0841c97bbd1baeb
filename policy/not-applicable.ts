/** Says why a rule has nothing to say. The reason travels as an exception, and to make one takes longer than most rules. */

/** What both kinds of arguments have in common. */
export interface Asked {
    notApplicable(reason?: string): never;
}

/** The reason where a rule looks at something and finds nothing of its own in it. */
export function nothingIn(subject: string): string {
    return `nothing in ${subject} that the rule judges`;
}

/** Exceptions of {@link skip}, by who made them and their reason. */
const thrown = new WeakMap<Asked["notApplicable"], Map<string, unknown>>();

/** For reasons that many resources share: each exception is thrown again. */
export function skip({ notApplicable }: Asked, reason: string): never {
    const known = thrown.get(notApplicable) ?? new Map<string, unknown>();
    thrown.set(notApplicable, known);
    if (!known.has(reason)) {
        try {
            notApplicable(reason);
        } catch (exception) {
            known.set(reason, exception);
        }
    }
    throw known.get(reason);
}

/** For reasons of one resource: without the stack trace, which nobody reads. */
export function stop(args: Asked, reason: string): never {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return args.notApplicable(reason);
    } finally {
        Error.stackTraceLimit = limit;
    }
}
