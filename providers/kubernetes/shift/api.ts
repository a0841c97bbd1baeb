import { readFileSync } from "node:fs";
import * as https from "node:https";

/** Where a pod finds the API server, and who it is there. */
export interface Access {
    readonly server: string;
    readonly caFile: string;
    /** Read for each request: the kubelet renews it. */
    readonly tokenFile: string;
}

export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

type Json = Readonly<Record<string, unknown>>;

/** So long an API server may be away, for example while it restarts. */
const PATIENCE_MILLISECONDS = 30_000;
const PAUSE_MILLISECONDS = 500;

/** JSON requests to the API server. */
export class Api {
    private readonly agent: https.Agent;

    constructor(private readonly access: Access) {
        this.agent = new https.Agent({ keepAlive: true, ca: readFileSync(access.caFile) });
    }

    get(path: string): Promise<Json> {
        return this.patiently("GET", path);
    }

    /** A merge patch; with `metadata.resourceVersion` it fails with 409 when somebody was faster. */
    patch(path: string, change: Json): Promise<Json> {
        return this.patiently("PATCH", `${path}?fieldManager=twelvefold-shift`, change);
    }

    close(): void {
        this.agent.destroy();
    }

    /** An answer that the server is not ready is no answer. */
    private async patiently(method: string, path: string, body?: Json): Promise<Json> {
        const deadline = performance.now() + PATIENCE_MILLISECONDS;
        for (;;) {
            try {
                return await this.request(method, path, body);
            } catch (error) {
                const final = error instanceof ApiError && error.status < 500 && error.status !== 429;
                if (final || performance.now() > deadline) throw error;
                await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
            }
        }
    }

    private request(method: string, path: string, body?: Json): Promise<Json> {
        return new Promise((resolve, reject) => {
            const token = readFileSync(this.access.tokenFile, "utf8").trim();
            const headers = {
                authorization: `Bearer ${token}`,
                accept: "application/json",
                ...(body === undefined ? {} : { "content-type": "application/merge-patch+json" }),
            };
            const options = { method, headers, agent: this.agent, timeout: PATIENCE_MILLISECONDS };
            const request = https.request(new URL(path, this.access.server), options, (response) => {
                let text = "";
                response.setEncoding("utf8").on("data", (chunk: string) => {
                    text += chunk;
                });
                response.once("error", reject).once("end", () => {
                    const status = response.statusCode ?? 0;
                    if (status < 300) resolve(JSON.parse(text) as Json);
                    else
                        reject(
                            new ApiError(
                                status,
                                `${method} ${path} was answered with ${status}: ${text.slice(0, 500)}`,
                            ),
                        );
                });
            });
            request.once("timeout", () => request.destroy(new Error(`${method} ${path} had no answer in time`)));
            request.once("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
        });
    }
}
