/** A violation that somebody has accepted, in writing and for a time. */
export interface Exception {
    /** Name of the rule. */
    readonly rule: string;
    /** URN of the resource; `*` stands for any text. */
    readonly urn: string;
    /** Why the violation is accepted. */
    readonly reason: string;
    /** Last day on which it is, as YYYY-MM-DD. */
    readonly until: string;
}

/** What is wrong with an exception as somebody wrote it; undefined where nothing is. */
export function problemWith(exception: Partial<Exception>, rules: readonly string[]): string | undefined {
    const { rule, urn, reason, until } = exception;
    if (typeof rule !== "string" || !rules.includes(rule))
        return `names the rule ${JSON.stringify(rule)}, which is none`;
    if (typeof urn !== "string" || urn === "") return "names no URN";
    if (typeof reason !== "string" || reason.trim() === "") return "gives no reason";
    if (typeof until !== "string" || !isDay(until))
        return `ends ${JSON.stringify(until)}, which is no day (YYYY-MM-DD)`;
    return undefined;
}

function isDay(value: string): boolean {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
    const day = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(value);
}

/** The exceptions of one run: which of them hold, and which were needed. */
export class Exceptions {
    private readonly needed = new Set<Exception>();

    constructor(
        readonly all: readonly Exception[],
        private readonly today: string,
    ) {}

    /** The exception for a violation, which then counts as needed. */
    accept(rule: string, urn: string): Exception | undefined {
        const found = this.all.find(
            (entry) => entry.rule === rule && !this.isExpired(entry) && matches(entry.urn, urn),
        );
        if (found) this.needed.add(found);
        return found;
    }

    isExpired({ until }: Exception): boolean {
        return until < this.today;
    }

    /** Those that still hold and that no violation needed. */
    stale(): readonly Exception[] {
        return this.all.filter((entry) => !this.isExpired(entry) && !this.needed.has(entry));
    }
}

/** Whether a URN is what a pattern names. Linear in time: patterns and URNs are somebody else's. */
export function matches(pattern: string, urn: string): boolean {
    const [first = "", ...rest] = pattern.split("*");
    if (rest.length === 0) return pattern === urn;
    if (!urn.startsWith(first)) return false;
    const last = rest.pop() ?? "";
    let from = first.length;
    for (const part of rest) {
        const found = urn.indexOf(part, from);
        if (found < 0) return false;
        from = found + part.length;
    }
    return urn.length - last.length >= from && urn.endsWith(last);
}
