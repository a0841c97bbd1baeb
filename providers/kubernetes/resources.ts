import type { Profile } from "../contract.js";

export interface Resources {
    readonly limits: Readonly<Record<string, string>>;
    readonly requests: Readonly<Record<string, string>>;
}

/**
 * What a replica gets. In production the request is the limit, which is what the number means on clouds without a node;
 * in development a small cluster holds more.
 */
export function resourcesOf(cpu: number, memoryMiB: number, profile: Profile, cpuLimit = true): Resources {
    const production = profile === "production";
    const memory = `${memoryMiB}Mi`;
    return {
        limits: { ...(cpuLimit ? { cpu: cpuText(cpu) } : {}), memory, "ephemeral-storage": "1Gi" },
        requests: {
            cpu: cpuText(production ? cpu : cpu / 4),
            memory: production ? memory : `${Math.ceil(memoryMiB / 2)}Mi`,
            "ephemeral-storage": production ? "1Gi" : "512Mi",
        },
    };
}

function cpuText(cpu: number): string {
    return `${Math.max(1, Math.round(cpu * 1000))}m`;
}
