import type { Check, Finding, Mend } from "./finding.js";
import { checkHomes } from "./homes.js";
import { checkPulumi } from "./pulumi.js";
import { checkRequirements } from "./requirements.js";

const CHECKS: readonly (readonly [title: string, check: Check])[] = [
    ["This machine", checkRequirements],
    ["Stacks", checkHomes],
    ["Pulumi", checkPulumi],
];

const MARKS: Readonly<Record<Finding["level"], string>> = { ok: "ok", note: "note", problem: "PROBLEM" };

/** Prints what is missing, stale, leaked or locked, with the command that mends it. It changes nothing. */
export async function printDiagnosis(): Promise<void> {
    let problems = 0;
    for (const [title, check] of CHECKS) {
        const findings = await check();
        problems += findings.filter(({ level }) => level === "problem").length;
        console.log(`${title}\n${findings.map(format).join("\n") || "  nothing to see"}\n`);
    }
    console.log(problems === 0 ? "All is well." : `${problems} ${problems === 1 ? "problem" : "problems"}.`);
    if (problems > 0) process.exitCode = 1;
}

/** One finding as people read it. */
export function format({ level, what, why, mend }: Finding): string {
    return [
        `  ${MARKS[level].padEnd(8)} ${what}`,
        ...(why === undefined ? [] : [`           ${why}`]),
        ...(mend ?? []).map(formatMend),
    ].join("\n");
}

function formatMend(mend: Mend): string {
    if (typeof mend === "string") return `           → ${mend}`;
    // On a line of its own, so that the command can be copied.
    return `           → ${mend.command}\n             (${mend.when})`;
}
