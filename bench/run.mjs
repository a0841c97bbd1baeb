/**
 * Runs benchmarks and prints a table of their figures: `npm run bench`, or `npm run bench -- components shop`; flags go to
 * every one of them: `npm run bench -- components --quick`. Needs a build.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { machine } from "./report.mjs";

const scriptOf = (name) => path.join(import.meta.dirname, name, "run.mjs");
const known = readdirSync(import.meta.dirname).filter((name) => existsSync(scriptOf(name)));
const given = process.argv.slice(2);
const flags = given.filter((argument) => argument.startsWith("--"));
const names = given.filter((argument) => !argument.startsWith("--"));
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(", ")}; there are: ${known.join(", ")}.`);
    process.exit(1);
}

const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-bench-"));
const file = path.join(folder, "rows");
writeFileSync(file, "");
const failed = [];
try {
    for (const name of names.length > 0 ? names : known) {
        console.log(`\n== ${name}`);
        const { status } = spawnSync(process.execPath, [scriptOf(name), ...flags], {
            stdio: "inherit",
            env: { ...process.env, BENCH_ROWS: file },
        });
        if (status !== 0) failed.push(name);
    }
    table();
} finally {
    rmSync(folder, { recursive: true, force: true });
}
if (failed.length > 0) {
    console.error(`Failed: ${failed.join(", ")}`);
    process.exitCode = 1;
}

/** Figures of the benchmarks that report them; the others have printed their own above. */
function table() {
    const rows = readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    if (rows.length === 0) return;
    const cells = [
        ["bench", "figure", "goal", "met", "ratio", "peer"],
        ...rows.map(({ bench, figure, goal, met, ratio, peer }) => [
            bench,
            figure,
            goal ?? "",
            goal === undefined ? "" : met ? "yes" : "no",
            ratio?.toFixed(2) ?? "",
            peer ?? "",
        ]),
    ];
    const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
    const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
    console.log(`\n${machine()}\n`);
    console.log(line(cells[0]));
    console.log(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
    for (const row of cells.slice(1)) console.log(line(row));
}
