import type { Sample } from "./judge.js";
import type { Queries } from "./plan.js";

type Numbers = Pick<Sample, "errorPercent" | "p99Milliseconds">;

const TIMEOUT_MILLISECONDS = 5000;

/** What Prometheus says about the requests of the new release; undefined where it says nothing. */
export async function ask(queries: Queries | undefined, windowSeconds: number): Promise<Numbers> {
    if (queries === undefined) return {};
    const [errorPercent, p99Milliseconds] = await Promise.all(
        [queries.errorPercent, queries.p99Milliseconds].map((query) =>
            query === undefined
                ? undefined
                : number(queries.address, query.replaceAll("{window}", `${windowSeconds}s`)),
        ),
    );
    return { errorPercent, p99Milliseconds };
}

interface Answer {
    readonly data?: { readonly result?: readonly { readonly value?: readonly [number, string] }[] };
}

/** Without traffic there is no value, or none that is a number. */
async function number(address: string, query: string): Promise<number | undefined> {
    try {
        const url = new URL("/api/v1/query", address);
        url.searchParams.set("query", query);
        const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
        if (!response.ok) return undefined;
        const answer = (await response.json()) as Answer;
        const value = Number.parseFloat(answer.data?.result?.[0]?.value?.[1] ?? "");
        return Number.isFinite(value) ? value : undefined;
    } catch {
        // Not knowing is not the release's fault; who asked for a limit is told when nothing was ever known.
        return undefined;
    }
}
