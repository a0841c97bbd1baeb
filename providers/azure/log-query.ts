/** What Azure Monitor allows as a window, in minutes. */
const WINDOWS_MINUTES = [5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440, 2880];

/** Often enough for the shortest window, and no dearer for the longest. */
const FREQUENCY_MINUTES = 5;

/** The shortest window that is no shorter than what was asked for. */
export function windowOf(seconds: number): { readonly windowSize: string; readonly evaluationFrequency: string } {
    const asked = seconds / 60;
    const minutes = WINDOWS_MINUTES.find((window) => window >= asked) ?? 2880;
    return { windowSize: duration(minutes), evaluationFrequency: duration(FREQUENCY_MINUTES) };
}

function duration(minutes: number): string {
    if (minutes % 1440 === 0) return `P${minutes / 1440}D`;
    return minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}

/** Lines that an alert counts: a text, or a regular expression between slashes. */
export function linesMatching(match: string): string {
    const expression = /^\/(.+)\/$/s.exec(match)?.[1];
    const condition =
        expression === undefined ? `Log contains_cs ${literal(match)}` : `Log matches regex ${literal(expression)}`;
    return `ContainerAppConsoleLogs | where ${condition}`;
}

/** A text of the Kusto query language. */
function literal(text: string): string {
    return JSON.stringify(text);
}

const ANALYTICS_DAYS = { least: 30, most: 730 } as const;

/** Days that lines can be searched. Under a month nothing is saved. */
export function retentionOf(days: number): number {
    return Math.min(ANALYTICS_DAYS.most, Math.max(ANALYTICS_DAYS.least, days));
}

const LONG_DAYS = [1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383];

/** Days that a table keeps lines in all: any number up to two years, then whole years. */
export function totalRetentionOf(days: number): number {
    return days <= ANALYTICS_DAYS.most ? Math.max(4, days) : (LONG_DAYS.find((step) => step >= days) ?? 4383);
}
