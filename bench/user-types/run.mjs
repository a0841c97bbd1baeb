/**
 * P2: how long a user waits for tsc. `node bench/user-types/run.mjs [--quick]`; needs a build.
 *
 * The shop's program, with this package installed as npm lays it out (package.json and dist, in node_modules), against
 * the same program without the library that imports the three cloud SDKs by their roots, as their own documentation does.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { machine, median, report, seconds } from "../report.mjs";

const ROUNDS = process.argv.includes("--quick") ? 1 : 3;
/** The peer takes ten seconds and more: one round shows the ratio. */
const PEER_ROUNDS = 1;
const root = path.resolve(import.meta.dirname, "../..");
const modules = path.join(root, "node_modules");
const tsc = path.join(modules, "typescript/bin/tsc");

console.log(
    `${machine()}, TypeScript ${JSON.parse(readFileSync(path.join(modules, "typescript/package.json"), "utf8")).version}`,
);
const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-bench-types-"));
try {
    const ours = project("ours", readFileSync(path.join(root, "stacks/shop/index.ts"), "utf8"));
    const peer = project("peer", readFileSync(path.join(import.meta.dirname, "three-clouds.ts"), "utf8"));
    const none = project(
        "none",
        'import { Config } from "@pulumi/pulumi";\nexport const url = new Config().get("url");\n',
    );
    const figures = { ours: [], peer: [], none: [] };
    for (let round = 0; round < ROUNDS; round++) {
        figures.none.push(compile(none));
        figures.ours.push(compile(ours));
        if (round < PEER_ROUNDS) figures.peer.push(compile(peer));
    }
    const [alone, mine, theirs] = ["none", "ours", "peer"].map((name) => ({
        milliseconds: median(figures[name].map((figure) => figure.milliseconds)),
        mebibytes: median(figures[name].map((figure) => figure.mebibytes)),
    }));
    console.log(`@pulumi/pulumi alone: ${seconds(alone.milliseconds)}, ${Math.round(alone.mebibytes)} MiB`);
    console.log(`three cloud SDKs:     ${seconds(theirs.milliseconds)}, ${Math.round(theirs.mebibytes)} MiB`);
    report({
        bench: "user-types",
        figure: seconds(mine.milliseconds),
        goal: "2.5 s",
        met: mine.milliseconds <= 2500,
        ratio: mine.milliseconds / theirs.milliseconds,
        peer: "three cloud SDKs",
    });
    report({
        bench: "user-types",
        figure: `${Math.round(mine.mebibytes)} MiB`,
        goal: "300 MB",
        met: mine.mebibytes * 1.048576 <= 300,
        ratio: mine.mebibytes / theirs.mebibytes,
        peer: "three cloud SDKs",
    });
} finally {
    rmSync(folder, { recursive: true, force: true });
}

/** A folder as a user has it: the program, a tsconfig, and node_modules with real copies of what npm would copy. */
function project(name, program) {
    const home = path.join(folder, name);
    mkdirSync(path.join(home, "node_modules/@pulumi"), { recursive: true });
    for (const entry of readdirSync(modules)) {
        if (entry === "twelvefold" || entry === "@pulumi" || entry.startsWith(".")) continue;
        symlinkSync(path.join(modules, entry), path.join(home, "node_modules", entry));
    }
    for (const entry of readdirSync(path.join(modules, "@pulumi"))) {
        symlinkSync(path.join(modules, "@pulumi", entry), path.join(home, "node_modules/@pulumi", entry));
    }
    if (name === "ours") {
        const installed = path.join(home, "node_modules/twelvefold");
        mkdirSync(installed);
        cpSync(path.join(root, "package.json"), path.join(installed, "package.json"));
        cpSync(path.join(root, "dist"), path.join(installed, "dist"), { recursive: true });
    }
    writeFileSync(path.join(home, "index.ts"), program);
    writeFileSync(
        path.join(home, "tsconfig.json"),
        JSON.stringify({
            compilerOptions: {
                target: "ES2022",
                module: "Node16",
                moduleResolution: "Node16",
                strict: true,
                skipLibCheck: true,
                noEmit: true,
                types: ["node"],
            },
            files: ["index.ts"],
        }),
    );
    return home;
}

/** Time and peak memory of one tsc; the memory is what the process itself reports at its end. */
function compile(home) {
    const probe = path.join(folder, "probe.cjs");
    writeFileSync(
        probe,
        'process.on("exit", () => require("node:fs").writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS)));',
    );
    const peak = path.join(folder, "peak");
    const start = performance.now();
    const { status, stdout } = spawnSync(process.execPath, ["--require", probe, tsc, "-p", home], {
        encoding: "utf8",
        env: { ...process.env, BENCH_PEAK: peak },
    });
    const milliseconds = performance.now() - start;
    if (status !== 0) throw new Error(`tsc found errors in ${home}:\n${stdout}`);
    return { milliseconds, mebibytes: Number(readFileSync(peak, "utf8")) / 1024 };
}
