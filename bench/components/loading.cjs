// Loads Pulumi, then the library, then the local target in one fresh process, and prints what each step took and keeps
// in memory, as JSON. node --expose-gc bench/components/loading.cjs
function step(load) {
    globalThis.gc();
    const before = heap();
    const start = performance.now();
    load();
    const milliseconds = performance.now() - start;
    globalThis.gc();
    return { milliseconds, mebibytes: (heap() - before) / 2 ** 20 };
}

/** Not the resident set: what the first step has freed would hide what the second one keeps. */
function heap() {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
}

const pulumi = step(() => require("@pulumi/pulumi"));
const ours = step(() => require("twelvefold"));
// Programs load a target through the library's own registry, which is no public module.
const local = step(() => require("#dist/providers/registry.js").loadTarget("local"));
process.stdout.write(JSON.stringify({ pulumi, ours, local }));
