import type { Counts } from "./report.js";

/** Counts the answers of rules. */
export class Counter {
    readonly counts = new Map<string, Counts>();

    get empty(): boolean {
        return this.counts.size === 0;
    }

    add(rule: string, answer: keyof Counts): void {
        const before = this.counts.get(rule) ?? { passed: 0, failed: 0, notApplicable: 0 };
        this.counts.set(rule, { ...before, [answer]: before[answer] + 1 });
    }

    /** What is in neither list does not apply. */
    addAll(
        rules: readonly string[],
        { passed = [], failed = [] }: { readonly passed?: readonly string[]; readonly failed?: readonly string[] },
    ): void {
        const good = new Set(passed);
        const bad = new Set(failed);
        for (const rule of rules)
            this.add(rule, bad.has(rule) ? "failed" : good.has(rule) ? "passed" : "notApplicable");
    }
}
