// Writes docs/support-matrix.md from the support data; with --check it only says whether the file is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { FEATURES, FEATURE_NAMES } = require("../dist/providers/support.js");
const { loadTarget } = require("../dist/providers/registry.js");
const { KINDS, TARGETS } = require("../dist/providers/contract.js");

const FILE = "docs/support-matrix.md";
const EVIDENCE = { real: "", emulator: " (emulator)", mocks: " (mocks)" };

function cell(target, feature) {
    const support = loadTarget(target).supports[feature];
    return support.level === "unsupported" ? "no" : `${support.level}${EVIDENCE[support.evidence]}`;
}

function sentence(target, feature) {
    const support = loadTarget(target).supports[feature];
    return support.why ?? support.how ?? support.note;
}

const lines = [
    "# What each target does",
    "",
    "Generated from `providers/<target>/supports.ts` by `npm run docs`; CI fails when this page is stale.",
    "",
    "- **native**: the target does it itself. **emulated**: it is done another way; the notes say how and what differs.",
    "- **no**: asking for it fails at preview, with the sentence in the notes.",
    "- In brackets: what has seen it at work, where it was not the real thing.",
    "",
    `| feature | what it is | ${TARGETS.join(" | ")} |`,
    `| --- | --- | ${TARGETS.map(() => "---").join(" | ")} |`,
    ...FEATURE_NAMES.map(
        (feature) =>
            `| \`${feature}\` | ${FEATURES[feature]} | ${TARGETS.map((target) => cell(target, feature)).join(" | ")} |`,
    ),
    "",
];
for (const target of TARGETS) {
    lines.push(`## Notes on ${target}`, "");
    for (const kind of KINDS) {
        for (const feature of FEATURE_NAMES.filter((name) => name.startsWith(`${kind}.`))) {
            const text = sentence(target, feature);
            if (text)
                lines.push(`- \`${feature}\` (${cell(target, feature)}): ${text[0].toUpperCase()}${text.slice(1)}`);
        }
    }
    lines.push("", "Children, for `transform`, and settings under the target's own key:", "");
    const { children, options } = loadTarget(target);
    for (const kind of KINDS) {
        const parts = [
            ...Object.entries(children[kind]).map(([key, what]) => `child \`${key}\` (${what})`),
            ...Object.entries(options[kind]).map(([key, what]) => `\`${target}.${key}\`: ${what}`),
        ];
        if (parts.length > 0) lines.push(`- ${kind}: ${parts.join("; ")}`);
    }
    lines.push("");
}
const text = lines.join("\n");

if (process.argv.includes("--check")) {
    if (readFileSync(FILE, "utf8") !== text) {
        console.error(`${FILE} is stale; run npm run docs and commit it.`);
        process.exitCode = 1;
    }
} else writeFileSync(FILE, text);
