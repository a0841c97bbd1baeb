import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";

/** An answer, or an error as AWS says it. */
export type Answer = Readonly<Record<string, unknown>> | { readonly error: string; readonly message?: string };

export interface Call {
    readonly operation: string;
    readonly input: Readonly<Record<string, unknown>>;
}

/** Answers of one operation: the same each time, one after the other (the last stays), or by what was asked. */
export type Script = Answer | readonly Answer[] | ((input: Call["input"], times: number) => Answer);

/** A server on loopback that speaks AWS's JSON protocol and says what a test tells it to. */
export class StandIn {
    readonly calls: Call[] = [];
    private readonly times = new Map<string, number>();

    private constructor(
        private readonly server: Server,
        private readonly scripts: Readonly<Record<string, Script>>,
    ) {}

    static async start(scripts: Readonly<Record<string, Script>>): Promise<StandIn> {
        const server = createServer((request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
                const { status, body } = standIn.answer(
                    operation,
                    JSON.parse(Buffer.concat(chunks).toString() || "{}"),
                );
                response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(body);
            });
        });
        const standIn = new StandIn(server, scripts);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return standIn;
    }

    get ecs(): ECSClient {
        return new ECSClient(this.configuration);
    }

    get logs(): CloudWatchLogsClient {
        return new CloudWatchLogsClient(this.configuration);
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** How often an operation was asked for. */
    count(operation: string): number {
        return this.calls.filter((call) => call.operation === operation).length;
    }

    async stop(): Promise<void> {
        await new Promise((resolve) => {
            this.server.close(resolve);
            this.server.closeAllConnections();
        });
    }

    private get configuration() {
        const credentials = { accessKeyId: "test", secretAccessKey: "test" };
        return { region: "eu-central-1", endpoint: this.url, credentials, maxAttempts: 4 };
    }

    private answer(operation: string, input: Call["input"]): { status: number; body: string } {
        this.calls.push({ operation, input });
        const times = this.times.get(operation) ?? 0;
        this.times.set(operation, times + 1);
        const script = this.scripts[operation];
        if (script === undefined) throw new Error(`Nobody told the stand-in about ${operation}.`);
        const answer =
            typeof script === "function"
                ? script(input, times)
                : Array.isArray(script)
                  ? script[Math.min(times, script.length - 1)]
                  : script;
        if (!("error" in answer)) return { status: 200, body: JSON.stringify(answer) };
        return { status: 400, body: JSON.stringify({ __type: answer.error, message: answer.message ?? "" }) };
    }
}

/** A clock that a sleep moves. */
export function fakeClock() {
    let now = 0;
    return {
        now: () => now,
        sleep: async (milliseconds: number) => {
            now += milliseconds;
        },
    };
}
