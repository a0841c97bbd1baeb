/**
 * Rollouts of the local target under load: 20 releases, rolling, blueGreen and canary in turn, while 500 requests a
 * second come in (an open loop: half of them on kept connections, half on new ones; a fifth of them POST). It is the long
 * form of test/e2e/rollouts.test.ts, which counts every answer; `--quick` is its short form, of 3 releases.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { machine, median, report } from "../report.mjs";

const ROOT = path.resolve(import.meta.dirname, "..", "..");
const quick = process.argv.includes("--quick");
const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-bench-"));
const file = path.join(folder, "figures.json");
try {
    const vitest = path.join(ROOT, "node_modules", "vitest", "vitest.mjs");
    const args = [vitest, "run", "test/e2e/rollouts.test.ts", "-t", "no request of"];
    const { status } = spawnSync(process.execPath, args, {
        cwd: ROOT,
        stdio: "inherit",
        env: { ...process.env, TWELVEFOLD_LONG: quick ? "0" : "1", TWELVEFOLD_FIGURES: file },
    });
    const { requests, failed, failures, rolloutSeconds, milliseconds, latestMilliseconds } = JSON.parse(
        readFileSync(file, "utf8"),
    );
    console.log(machine());
    const figure = `${failed} of ${requests} requests failed in ${rolloutSeconds.length} rollouts at 500 requests a second`;
    report({ bench: "rollouts", figure, goal: "0 of 100,000", met: failed === 0 && requests >= 100_000 });
    const seconds = `${median(rolloutSeconds).toFixed(1)} s (median), ${Math.max(...rolloutSeconds).toFixed(1)} s at the most`;
    report({ bench: "rollouts", figure: `a rollout of two replicas took ${seconds}` });
    const { p50, p99, most } = milliseconds;
    const latency = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(0)} ms, at the most ${most.toFixed(0)} ms`;
    report({ bench: "rollouts", figure: `answers in ${latency}; 2 % of them are held for 200 ms` });
    console.log(`The generator sent no request later than ${latestMilliseconds.toFixed(0)} ms after it was due.`);
    for (const failure of failures.slice(0, 20)) console.log(failure);
    process.exitCode = status ?? 1;
} finally {
    rmSync(folder, { recursive: true, force: true });
}
