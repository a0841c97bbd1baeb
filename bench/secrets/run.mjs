/**
 * Precision and recall of the detection of secrets, on corpus.txt: `node bench/secrets/run.mjs [--errors]`. The part that
 * is held back is counted and never listed, so that nobody tunes on it; --errors lists the mistakes in the other.
 */
import secrets from "#dist/policy/secrets/index.js";
import { machine, report } from "../report.mjs";
import { corpus } from "./corpus.mjs";

const GOAL = 0.98;
const entries = corpus();

console.log(machine());
for (const heldBack of [false, true]) {
    const part = entries.filter((entry) => entry.heldBack === heldBack);
    const judged = part.map((entry) => ({ ...entry, found: secrets.detectSecret(entry.name, entry.value) }));
    const count = (secret, found) => judged.filter((one) => one.secret === secret && !!one.found === found).length;
    const [hits, missed, wrong, right] = [
        count(true, true),
        count(true, false),
        count(false, true),
        count(false, false),
    ];
    const where = heldBack ? "held back" : "for tuning";
    const show = (what, value) =>
        report({
            bench: "secrets",
            figure: `${what} ${value.toFixed(3)}, ${where}`,
            goal: `${GOAL}`,
            met: value >= GOAL,
        });
    console.log(`${where}: ${hits + missed} secrets, ${wrong + right} harmless`);
    show("precision", hits / (hits + wrong));
    show("recall", hits / (hits + missed));
    if (heldBack || !process.argv.includes("--errors")) continue;
    for (const { name, value, secret, found } of judged.filter((one) => one.secret !== !!one.found)) {
        console.log(`  ${secret ? "missed" : `taken for ${found.kind}`}: ${name}=${value.slice(0, 100)}`);
    }
}
