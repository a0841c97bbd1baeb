import * as http from "node:http";
import { type ListenerConfig, ProxyError, type ProxyStats, type SourceConfig } from "./types.js";

const ANSWER_MILLISECONDS = 15_000;

/**
 * Speaks to the proxy of a home.
 *
 * Every call throws the error of the connection (`code` ENOENT or ECONNREFUSED) when no proxy runs, and a
 * {@link ProxyError} when the proxy refuses; then nothing has changed.
 */
export class ProxyClient {
    constructor(private readonly socketPath: string) {}

    /** Adds a listener, or changes the one of the same id without dropping its requests. 409: the port is taken. */
    async putListener(config: ListenerConfig): Promise<void> {
        await this.call("PUT", `/listeners/${encodeURIComponent(config.id)}`, config);
    }

    /** Its port is free then; requests under way end in peace. No error when there is none. */
    async deleteListener(id: string): Promise<void> {
        await this.call("DELETE", `/listeners/${encodeURIComponent(id)}`);
    }

    /** Adds a source, or changes the one of the same key, all at once. 409: a route belongs to another app. */
    async putSource(config: SourceConfig): Promise<void> {
        await this.call("PUT", `/sources/${encodeURIComponent(config.key)}`, config);
    }

    async deleteSource(key: string): Promise<void> {
        await this.call("DELETE", `/sources/${encodeURIComponent(key)}`);
    }

    async stats(): Promise<ProxyStats> {
        return (await this.call("GET", "/stats")) as ProxyStats;
    }

    /** Asks it to end; it lets requests under way end, for a few seconds. */
    async shutdown(): Promise<void> {
        await this.call("POST", "/shutdown");
    }

    private call(method: string, path: string, value?: object): Promise<unknown> {
        const text = value === undefined ? "" : JSON.stringify(value);
        return new Promise((resolve, reject) => {
            const request = http.request({
                socketPath: this.socketPath,
                method,
                path,
                agent: false,
                timeout: ANSWER_MILLISECONDS,
                headers: { "Content-Length": Buffer.byteLength(text) },
            });
            request.on("timeout", () => {
                const error = new Error(`The proxy on ${this.socketPath} did not answer in time.`);
                request.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
            });
            request.on("error", reject);
            request.on("response", (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    try {
                        resolve(read(response.statusCode ?? 500, Buffer.concat(chunks).toString("utf8")));
                    } catch (error) {
                        reject(error);
                    }
                });
            });
            request.end(text);
        });
    }
}

function read(status: number, text: string): unknown {
    const value = JSON.parse(text) as { error?: string };
    if (status !== 200) throw new ProxyError(value.error ?? `The proxy answered ${status}.`, status);
    return value;
}
