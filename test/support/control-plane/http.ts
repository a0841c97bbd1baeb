import * as https from "node:https";

export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** Authenticated JSON requests to one API server. */
export class ApiHttp {
    /** What the server warned about when it was asked to change something. */
    readonly warnings: string[] = [];
    private readonly agent: https.Agent;

    constructor(
        readonly server: string,
        ca: string,
        private readonly token: string,
    ) {
        this.agent = new https.Agent({ keepAlive: true, ca, maxSockets: 8 });
    }

    /** @throws ApiError with the server's own words */
    request(method: string, path: string, body?: object, contentType = "application/json"): Promise<unknown> {
        return new Promise((resolve, reject) => {
            const headers = {
                authorization: `Bearer ${this.token}`,
                accept: "application/json",
                "content-type": contentType,
            };
            const url = new URL(path, this.server);
            const request = https.request(url, { method, headers, agent: this.agent }, (response) => {
                let text = "";
                response.setEncoding("utf8").on("data", (chunk: string) => {
                    text += chunk;
                });
                response.once("error", reject).once("end", () => {
                    const { warning, "content-type": type } = response.headers;
                    if (warning !== undefined && method !== "GET")
                        this.warnings.push(`${method} ${url.pathname}: ${warning}`);
                    const status = response.statusCode ?? 0;
                    if (status >= 300) reject(new ApiError(status, messageOf(text)));
                    else resolve(type?.includes("json") ? JSON.parse(text) : text);
                });
            });
            request.once("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
        });
    }

    close(): void {
        this.agent.destroy();
    }
}

function messageOf(text: string): string {
    try {
        return (JSON.parse(text) as { readonly message?: string }).message ?? text;
    } catch {
        return text;
    }
}
