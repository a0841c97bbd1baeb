/** What a replica gets, in the words of Container Apps. */
export interface Size {
    /** vCPU. */
    readonly cpu: number;
    /** For example "0.5Gi". */
    readonly memory: string;
}

/** One step of the Consumption profile: a quarter of a vCPU with 512 MiB. */
const STEP = { cpu: 0.25, memoryMiB: 512 } as const;
const MOST_STEPS = 16;

/** The profile that every environment has; it bills what is used. */
export const CONSUMPTION = "Consumption";

/** The smallest pair that holds both, or what is wrong. */
export function sizeOf(cpu: number, memoryMiB: number, profile: string): Size | { readonly problem: string } {
    if (profile !== CONSUMPTION) return { cpu, memory: gibibytes(memoryMiB / 1024) };
    const steps = Math.max(Math.ceil(cpu / STEP.cpu), Math.ceil(memoryMiB / STEP.memoryMiB));
    if (steps <= MOST_STEPS) {
        return { cpu: steps * STEP.cpu, memory: gibibytes((steps * STEP.memoryMiB) / 1024) };
    }
    return {
        problem:
            `cpu is ${cpu} and memoryMiB is ${memoryMiB}. The Consumption profile ends at 4 vCPU and 8 GiB; ` +
            "set azure.workloadProfile to a dedicated one.",
    };
}

/** Whether somebody gets another pair than the one asked for. */
export function isRounded(size: Size, cpu: number, memoryMiB: number): boolean {
    return size.cpu !== cpu || size.memory !== gibibytes(memoryMiB / 1024);
}

function gibibytes(number: number): string {
    return `${Number.isInteger(number) ? number.toFixed(1) : number}Gi`;
}
