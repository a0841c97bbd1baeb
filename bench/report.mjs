/** What every benchmark prints, and what `bench/run.mjs` collects into the table at its end. */
import { appendFileSync } from "node:fs";
import * as os from "node:os";

/**
 * One figure. `ratio` is ours over the peer's of the same run: portable, where seconds are not.
 *
 * @param {{ bench: string, figure: string, goal?: string, met?: boolean, ratio?: number, peer?: string }} row
 */
export function report(row) {
    const ratio = row.ratio === undefined ? "" : `, ${row.ratio.toFixed(2)} x ${row.peer}`;
    const goal = row.goal === undefined ? "" : ` (goal ${row.goal}: ${row.met ? "met" : "not met"})`;
    console.log(`${row.bench}: ${row.figure}${ratio}${goal}`);
    if (process.env.BENCH_ROWS) appendFileSync(process.env.BENCH_ROWS, `${JSON.stringify(row)}\n`);
}

export function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The machine, and how busy it was: a figure without them says little. */
export function machine() {
    const cpu = os.cpus()[0]?.model.trim() ?? "unknown CPU";
    const load = os.loadavg()[0].toFixed(1);
    return `${cpu}, ${os.availableParallelism()} cores, Node ${process.version}, load ${load}, ${new Date().toISOString().slice(0, 16)}Z`;
}

export function seconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(2)} s`;
}
