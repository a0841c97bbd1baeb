/** What CloudWatch Logs keeps lines for, in days. */
export const RETENTION_DAYS = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** The shortest retention that keeps lines long enough; arguments end at the longest. */
export function retentionFor(days: number): number {
    return RETENTION_DAYS.find((legal) => legal >= days) ?? 3653;
}
