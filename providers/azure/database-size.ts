import { ProgramError } from "../errors.js";

export interface ServerSku {
    readonly name: string;
    readonly tier: "Burstable" | "GeneralPurpose" | "MemoryOptimized";
}

const SIZES: Readonly<Record<string, ServerSku>> = {
    small: { name: "Standard_B1ms", tier: "Burstable" },
    medium: { name: "Standard_D2ds_v5", tier: "GeneralPurpose" },
    large: { name: "Standard_D4ds_v5", tier: "GeneralPurpose" },
};

const TIERS: Readonly<Record<string, ServerSku["tier"]>> = {
    B: "Burstable",
    D: "GeneralPurpose",
    E: "MemoryOptimized",
};

/** What is wrong with a size, if anything. */
export function sizeProblem(size: string): string | undefined {
    if (SIZES[size] !== undefined || tierOf(size) !== undefined) return undefined;
    return `size is "${size}"; allowed on azure: small, medium, large, or a SKU of Flexible Server, for example "Standard_D4ds_v5".`;
}

function tierOf(sku: string): ServerSku["tier"] | undefined {
    return TIERS[/^Standard_([BDE])\d+[a-z]*(?:_v\d+)?$/.exec(sku)?.[1] ?? ""];
}

/** The machine of a server. A burstable one has no standby, so it becomes the next larger. */
export function skuOf(size: string, highlyAvailable: boolean): ServerSku {
    const tier = tierOf(size);
    const asked = SIZES[size] ?? (tier === undefined ? undefined : { name: size, tier });
    if (asked === undefined) throw new ProgramError(sizeProblem(size) ?? size);
    return highlyAvailable && asked.tier === "Burstable" && SIZES.medium !== undefined ? SIZES.medium : asked;
}

const SMALLEST_GIB = 32;
const LARGEST_GIB = 32_768;

/** Disks come in powers of two. */
export function diskGiB(asked: number): number {
    if (asked > LARGEST_GIB) {
        throw new ProgramError(`storageGiB is ${asked}; allowed on azure: up to ${LARGEST_GIB}.`);
    }
    let size = SMALLEST_GIB;
    while (size < asked) size *= 2;
    return size;
}
