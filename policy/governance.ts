/** Two policies about the pack itself: exceptions end, and are needed. They bring the exceptions that the engine's configuration has. */
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { type Exception, Exceptions, matches, problemWith } from "./exceptions.js";
import { skip } from "./not-applicable.js";
import type { Session } from "./session.js";

const ITEM = {
    type: "object" as const,
    properties: {
        rule: { type: "string" as const, description: "Name of the rule." },
        urn: { type: "string" as const, description: "URN of the resource; * stands for any text." },
        reason: { type: "string" as const, description: "Why the violation is accepted." },
        until: { type: "string" as const, description: "Last day on which it is, as YYYY-MM-DD." },
    },
    required: ["rule", "urn", "reason", "until"],
};

/** To be the first policy of the pack: the others rely on the exceptions that it reads. */
export function currentExceptions(session: Session, rules: readonly string[]): ResourceValidationPolicy {
    let configured = false;
    return {
        name: "require-current-exceptions",
        description: "An exception holds until the day that it names: then the violation is mended, or accepted anew.",
        enforcementLevel: "mandatory",
        severity: "medium",
        configSchema: { properties: { exceptions: { type: "array", items: ITEM, default: [] } } },
        remediationSteps: "Mend the violation and drop the exception, or give it a new day and say why.",
        validateResource(args, report) {
            if (!configured) {
                const more = args.getConfig<{ exceptions?: readonly Exception[] }>().exceptions ?? [];
                checkExceptions(more, rules);
                session.exceptions = new Exceptions([...session.exceptions.all, ...more], session.today);
                configured = true;
            }
            const mine = session.exceptions.all.filter(({ urn }) => matches(urn, args.urn));
            if (mine.length === 0) throw skip(args, "no exception is made for it");
            for (const entry of mine) {
                if (session.exceptions.isExpired(entry)) {
                    report(
                        `the exception from ${entry.rule} ended on ${entry.until} (${entry.reason}); wanted: a violation that is mended. ` +
                            "Mend it and drop the exception, or give it a new day and say why.",
                    );
                }
            }
        },
    };
}

/** To be the last policy of the pack: it tells which exceptions no violation needed. */
export function staleExceptions(session: Session): StackValidationPolicy {
    return {
        name: "disallow-stale-exceptions",
        description: "An exception that no violation needs is dropped, so that it hides nothing later.",
        enforcementLevel: "advisory",
        severity: "low",
        remediationSteps: "Drop the exception, or correct its rule or URN.",
        validateStack(args, report) {
            if (session.exceptions.all.length === 0) args.notApplicable("there are no exceptions");
            for (const { rule, urn, reason } of session.exceptions.stale()) {
                report(
                    `the exception from ${rule} for ${urn} (${reason}) matches no violation; wanted: exceptions that are needed. ` +
                        "Drop it, or correct its rule or URN.",
                );
            }
        },
    };
}

/** @throws Error that lists what is wrong with each */
export function checkExceptions(exceptions: readonly Partial<Exception>[], rules: readonly string[]): void {
    const problems = exceptions.flatMap((entry, index) => {
        const problem = problemWith(entry, rules);
        return problem === undefined ? [] : [`exceptions[${index}] ${problem}`];
    });
    if (problems.length > 0)
        throw new Error(`The twelve-factor pack cannot use its exceptions:\n${problems.join("\n")}`);
}
