import { fit, shortHash } from "../naming.js";

/**
 * Longest names that AWS takes. What Pulumi names itself gets a hyphen and seven random characters more, and one of
 * eight is left for a suffix that the provider appends.
 */
export const LIMITS = {
    loadBalancer: 32,
    targetGroup: 32,
    role: 64,
    schedule: 64,
    stateMachine: 80,
    queue: 80,
    fifoQueue: 75,
    instance: 63,
    family: 255,
} as const;

const RANDOM = 8;

/** The name of a child whose physical name Pulumi makes from it. */
export function childName(name: string, limit: number): string {
    return fit(name, limit - RANDOM);
}

/** What AWS takes in most names: letters, digits and hyphens. Project and stack names may hold more. */
export function legalName(text: string, limit: number): string {
    const legal = text
        .replace(/[^A-Za-z0-9-]+/g, "-")
        .replace(/-{2,}/g, "-")
        .replace(/^-+|-+$/g, "");
    return fit(legal === text ? legal : `${legal === "" ? "x" : legal}-${shortHash(text, 4)}`, limit);
}

/** The name of a component with its project and stack, for what has no random part. */
export function fullName(scope: { project: string; stack: string; name: string }, limit: number): string {
    return legalName(`${scope.project}-${scope.stack}-${scope.name}`, limit);
}
