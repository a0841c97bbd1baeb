import type { Clock } from "./clock.js";

/** Versions of the parts of the management API. Container Apps: the one that the SDK speaks. */
const VERSIONS = {
    "Microsoft.App": "2025-02-02-preview",
    "Microsoft.Insights": "2023-10-01",
    "Microsoft.AlertsManagement": "2019-05-05-preview",
} as const;

const MOST_TRIES = 8;
const REQUEST_MILLISECONDS = 60_000;

export interface ArmOptions {
    readonly managementUrl: string;
    /** Read for each request: whoever runs the update renews it. */
    readonly token: () => string;
    readonly clock: Clock;
}

/** An answer that is no success. */
export class ArmError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
    ) {
        super(message);
    }
}

/** The management API of Azure, over plain HTTP. */
export class ArmClient {
    constructor(private readonly options: ArmOptions) {}

    get clock(): Clock {
        return this.options.clock;
    }

    /** @returns undefined where there is no such thing */
    async find<T>(path: string): Promise<T | undefined> {
        try {
            return await this.request<T>("GET", path);
        } catch (error) {
            if (error instanceof ArmError && error.status === 404) return undefined;
            throw error;
        }
    }

    /**
     * One request, again after as long as the API says when it is throttled or out of order.
     *
     * @throws ArmError with what the API says about it
     */
    async request<T>(method: "GET" | "PATCH" | "POST", path: string, body?: unknown): Promise<T> {
        for (let attempt = 1; ; attempt++) {
            const response = await fetch(this.urlOf(path), {
                method,
                headers: { authorization: `Bearer ${this.options.token()}`, "content-type": "application/json" },
                signal: AbortSignal.timeout(REQUEST_MILLISECONDS),
                ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            });
            const text = await response.text();
            if (response.ok) return (text === "" ? {} : JSON.parse(text)) as T;
            if (!isTransient(response.status) || attempt === MOST_TRIES)
                throw errorOf(method, path, response.status, text);
            await this.clock.sleep(pauseSeconds(response.headers.get("retry-after"), attempt) * 1000);
        }
    }

    private urlOf(path: string): string {
        const part = Object.keys(VERSIONS).findLast((name) => path.includes(`/providers/${name}/`));
        const version = VERSIONS[(part ?? "Microsoft.App") as keyof typeof VERSIONS];
        return `${this.options.managementUrl}${path}${path.includes("?") ? "&" : "?"}api-version=${version}`;
    }
}

/** Throttled, in the middle of another operation, or broken for a moment. */
function isTransient(status: number): boolean {
    return status === 429 || status === 409 || status >= 500;
}

function pauseSeconds(retryAfter: string | null, attempt: number): number {
    const asked = Number.parseFloat(retryAfter ?? "");
    return Number.isFinite(asked) ? asked : Math.min(30, 2 ** attempt);
}

function errorOf(method: string, path: string, status: number, text: string): ArmError {
    let error: { readonly code?: string; readonly message?: string } = {};
    try {
        error = (JSON.parse(text) as { readonly error?: typeof error }).error ?? {};
    } catch {
        // A proxy's page; the status says enough.
    }
    const what = error.message ?? (text.slice(0, 200) || "no message");
    return new ArmError(status, error.code ?? "", `Azure answered ${status} to ${method} ${path}: ${what}`);
}
