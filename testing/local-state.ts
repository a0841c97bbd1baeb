import type { Recorded } from "./recording.js";

const PREFIX = "pulumi-nodejs:dynamic/twelvefold:";

/** What the supervisor answers for a local resource, in a form that tests can rely on. */
export function localState({ type, inputs }: Recorded): Record<string, unknown> | undefined {
    if (!type.startsWith(PREFIX)) return undefined;
    const name = String(inputs.objectName);
    switch (type.slice(PREFIX.length)) {
        case "Platform":
            return { result: { supervisor: "1" }, secretResult: {} };
        case "LogSink":
            return { result: { folder: `${inputs.home}/logs/${name}` }, secretResult: {} };
        case "Database":
            return {
                result: { host: "127.0.0.1", port: 5432, name, username: name },
                secretResult: { url: `postgresql://${name}:password@127.0.0.1:5432/${name}?sslmode=disable` },
            };
        case "Queue":
            return {
                result: { url: queueUrl("", name), deadLetterUrl: queueUrl("", `${name}&dead=true`) },
                secretResult: {
                    sendUrl: queueUrl("sender:password@", name),
                    receiveUrl: queueUrl("receiver:password@", name),
                    deadLetterReceiveUrl: queueUrl("receiver:password@", `${name}&dead=true`),
                },
            };
        case "LoadBalancer":
            return { result: { url: "http://localhost:8080", hostname: "localhost", port: 8080 }, secretResult: {} };
        case "App":
            return {
                result: {
                    internalUrl: inputs.spec && listens(inputs.spec) ? "http://127.0.0.1:9000" : "",
                    release: 1,
                    releaseId: "000000000001",
                },
                secretResult: {},
            };
        case "Job":
            return { result: { lastRun: "never" }, secretResult: {} };
        default:
            return undefined;
    }
}

function listens(spec: unknown): boolean {
    return (spec as { listens?: boolean }).listens === true;
}

function queueUrl(credentials: string, name: string): string {
    return `postgresql://${credentials}127.0.0.1:5432/twelvefold_queues?queue=${name}`;
}
