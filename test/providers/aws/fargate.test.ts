import fc from "fast-check";
import { expect, test } from "vitest";
import { taskSize } from "#dist/providers/aws/task-size.js";

/** The table of the documentation, written out another way: CPU units, and every legal amount of memory. */
const LEGAL = new Map<number, readonly number[]>([
    [256, [512, 1024, 2048]],
    [512, range(1024, 4096, 1024)],
    [1024, range(2048, 8192, 1024)],
    [2048, range(4096, 16_384, 1024)],
    [4096, range(8192, 30_720, 1024)],
    [8192, range(16_384, 61_440, 4096)],
    [16_384, range(32_768, 122_880, 8192)],
]);

function range(from: number, to: number, step: number): readonly number[] {
    return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}

const cpu = fc.double({ min: 0.05, max: 64, noNaN: true });
const memory = fc.integer({ min: 64, max: 491_520 });

test("every size is one that Fargate has, and not less than was asked for", () => {
    fc.assert(
        fc.property(cpu, memory, fc.boolean(), (cpu, memoryMiB, proxied) => {
            const size = taskSize(cpu, memoryMiB, proxied);
            if (size === undefined) return;
            expect(LEGAL.get(size.cpuUnits)).toContain(size.memoryMiB);
            expect(size.cpuUnits).toBeGreaterThanOrEqual(cpu * 1024 + (proxied ? 256 : 0) - 1e-6);
            expect(size.memoryMiB).toBeGreaterThanOrEqual(memoryMiB + (proxied ? 64 : 0));
        }),
        { numRuns: 2000 },
    );
});

test("no smaller size would do, and what has no size is beyond the largest", () => {
    fc.assert(
        fc.property(cpu, memory, (cpu, memoryMiB) => {
            const all = [...LEGAL].flatMap(([units, amounts]) => amounts.map((amount) => [units, amount] as const));
            const enough = all.filter(([units, amount]) => units >= cpu * 1024 - 1e-6 && amount >= memoryMiB);
            const [best] = enough.sort(([a, x], [b, y]) => a - b || x - y);
            const size = taskSize(cpu, memoryMiB);
            expect(size && [size.cpuUnits, size.memoryMiB]).toEqual(best);
        }),
        { numRuns: 2000 },
    );
});

test.each([
    [0.25, 512, 256, 512],
    [0.25, 1500, 256, 2048],
    [0.5, 512, 512, 1024],
    [1, 512, 1024, 2048],
    [2, 17_000, 4096, 17_408],
    [8, 61_441, 16_384, 65_536],
])("%d vCPU with %d MiB", (cpu, memory, units, amount) => {
    expect(taskSize(cpu, memory)).toEqual({ cpuUnits: units, memoryMiB: amount });
});

test("the end of Fargate", () => {
    expect(taskSize(16, 122_880)).toEqual({ cpuUnits: 16_384, memoryMiB: 122_880 });
    expect(taskSize(16.1, 512)).toBeUndefined();
    expect(taskSize(1, 122_881)).toBeUndefined();
    expect(taskSize(16, 122_880, true)).toBeUndefined();
});
