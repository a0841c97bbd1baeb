/**
 * Latencies in buckets that grow by a tenth each: a quantile is at most 10 % above the truth, whatever the scale, and
 * counting costs one logarithm.
 */
const SMALLEST_MILLISECONDS = 0.1;
const GROWTH = 1.1;
const LARGEST_MILLISECONDS = 600_000;
const PER_LOG = 1 / Math.log(GROWTH);
const BUCKETS = bucketOf(LARGEST_MILLISECONDS) + 1;

/** Index of the bucket that holds a latency. */
function bucketOf(milliseconds: number): number {
    if (!(milliseconds > SMALLEST_MILLISECONDS)) return 0;
    return Math.ceil(Math.log(milliseconds / SMALLEST_MILLISECONDS) * PER_LOG - 1e-9);
}

/** Upper bound of a bucket, in milliseconds. */
export function boundOf(bucket: number): number {
    return SMALLEST_MILLISECONDS * GROWTH ** bucket;
}

/** Counts since it was made; never goes down. */
export class Histogram {
    private readonly all = new Array<number>(BUCKETS).fill(0);
    private highest = 0;

    add(milliseconds: number): void {
        const bucket = Math.min(bucketOf(milliseconds), BUCKETS - 1);
        this.all[bucket] = (this.all[bucket] ?? 0) + 1;
        if (bucket >= this.highest) this.highest = bucket + 1;
    }

    /** A copy of the counts, up to the highest bucket in use. */
    counts(): number[] {
        return this.all.slice(0, this.highest);
    }
}

/** What was counted between two readings of one histogram. */
export function difference(now: readonly number[], before: readonly number[]): number[] {
    return now.map((count, bucket) => Math.max(0, count - (before[bucket] ?? 0)));
}

/** How many surely took longer than that: those of its own bucket do not count. */
export function above(counts: readonly number[], milliseconds: number): number {
    return counts.slice(bucketOf(milliseconds) + 1).reduce((sum, count) => sum + count, 0);
}

/** Bucket by bucket. */
export function sum(...all: readonly (readonly number[])[]): number[] {
    const buckets = Math.max(0, ...all.map((counts) => counts.length));
    return Array.from({ length: buckets }, (_, bucket) => all.reduce((sum, counts) => sum + (counts[bucket] ?? 0), 0));
}

/**
 * The latency in milliseconds that a share `q` (0 to 1) of what was counted did not exceed, rounded up to its bucket's
 * bound; 0 when nothing was counted.
 */
export function quantile(counts: readonly number[], q: number): number {
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return 0;
    const rank = Math.max(1, Math.ceil(Math.min(1, Math.max(0, q)) * total));
    let seen = 0;
    for (const [bucket, count] of counts.entries()) {
        seen += count;
        if (seen >= rank) return Number(boundOf(bucket).toPrecision(3));
    }
    return 0;
}
