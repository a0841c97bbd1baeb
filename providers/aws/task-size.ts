/** Sizes of tasks that Fargate has: what stands beside each number of CPU units, in MiB. */
const SIZES: readonly (readonly [cpuUnits: number, fewestMiB: number, mostMiB: number, stepMiB: number])[] = [
    [256, 512, 512, 512],
    [256, 1024, 2048, 1024],
    [512, 1024, 4096, 1024],
    [1024, 2048, 8192, 1024],
    [2048, 4096, 16_384, 1024],
    [4096, 8192, 30_720, 1024],
    [8192, 16_384, 61_440, 4096],
    [16_384, 32_768, 122_880, 8192],
];

export interface TaskSize {
    readonly cpuUnits: number;
    readonly memoryMiB: number;
}

export const TOO_LARGE = "Fargate ends at 16 vCPU and 120 GiB per task; use more replicas.";

/** What the proxy of Service Connect takes of a task. */
const PROXY: TaskSize = { cpuUnits: 256, memoryMiB: 64 };

/** The smallest task that has at least so much; undefined when there is none. */
export function taskSize(cpu: number, memoryMiB: number, withProxy = false): TaskSize | undefined {
    const cpuUnits = Math.ceil(cpu * 1024 - 1e-6) + (withProxy ? PROXY.cpuUnits : 0);
    const memory = memoryMiB + (withProxy ? PROXY.memoryMiB : 0);
    for (const [units, fewest, most, step] of SIZES) {
        if (units < cpuUnits || most < memory) continue;
        return { cpuUnits: units, memoryMiB: fewest + Math.ceil(Math.max(0, memory - fewest) / step) * step };
    }
    return undefined;
}
