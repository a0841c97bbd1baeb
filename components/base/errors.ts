import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../../providers/contract.js";
import { ProgramError } from "../../providers/errors.js";

/**
 * A program asked for something that cannot be. It is a RunError, so that Pulumi prints the message without a stack
 * trace. The message names the component and lists everything that is wrong with it.
 */
export class ArgumentError extends ProgramError {
    constructor(kind: Kind, name: string, problems: readonly string[]) {
        super(
            problems.length === 1
                ? `${kind} "${name}": ${problems[0]}`
                : `${kind} "${name}" has ${problems.length} problems:\n${problems.map((p) => `  - ${p}`).join("\n")}`,
        );
    }
}

/** A value as a message shows it: short, and on one line. */
export function shown(value: unknown): string {
    if (value === undefined) return "nothing";
    if (typeof value === "function") return "a function";
    if (pulumi.Output.isInstance(value)) return "an Output";
    let text: string;
    try {
        text = JSON.stringify(value) ?? String(value);
    } catch {
        text = String(value);
    }
    return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** "a, b or c". */
export function alternatives(values: readonly string[]): string {
    return values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

/** The known word nearest to a misspelt one, when it is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
        .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    return best && best.distance <= Math.max(2, Math.floor(word.length / 4)) ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
    let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const current = [i];
        for (let j = 1; j <= b.length; j++) {
            const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
        }
        previous = current;
    }
    return previous[b.length] ?? 0;
}
