/** Lines of output that a failure shows. */
export const TAIL = 20;

/** What a failed update says: why, what serves now, and the last lines. @param from The release that serves, if any. */
export function failure(
    name: string,
    to: number,
    from: number | undefined,
    reason: string,
    lines: readonly string[],
): string {
    const state =
        from === undefined
            ? "Nothing of it was left running."
            : from === to
              ? "It goes on as it was."
              : `Release ${from} keeps serving.`;
    const output =
        lines.length === 0 ? "It printed nothing." : `Its last lines:\n${lines.map((line) => `  ${line}`).join("\n")}`;
    return `Release ${to} of app "${name}" failed: ${reason}. ${state} ${output}`;
}
