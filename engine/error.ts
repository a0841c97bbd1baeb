import { ENGINE_VERSION, OLDEST_GO, OLDEST_VERSION } from "./versions.js";

/** No engine was found and none could be had. The message lists what was tried and what to do. */
export class EngineError extends Error {
    override readonly name = "EngineError";

    constructor(readonly failures: readonly string[]) {
        super(
            [
                "There is no Pulumi engine here, and none could be had:",
                ...failures.map((failure) => `  - ${failure}`),
                "One of these helps; then run this again:",
                `  - Install Pulumi ${OLDEST_VERSION} or later, so that pulumi is on PATH: https://www.pulumi.com/docs/install/`,
                `  - Let this machine reach https://get.pulumi.com, from which Pulumi ${ENGINE_VERSION} is downloaded (HTTPS_PROXY is heeded).`,
                `  - Install Go ${OLDEST_GO} or later (https://go.dev/dl/) and let it reach its module proxy (go env GOPROXY): ` +
                    "the engine is then built from source, which takes about five minutes and 3 GB of disk.",
            ].join("\n"),
        );
    }
}

/** Why something failed, as the end of a sentence. */
export function reasonOf(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    // What fetch throws says only "fetch failed"; the reason is its cause, which may be several errors in one.
    const { cause } = error;
    if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
    return (cause instanceof Error ? reasonOf(cause) : error.message).replace(/\.$/, "");
}
