import type { SQSClient } from "@aws-sdk/client-sqs";
import { isOfNetwork, type Service } from "./link.js";
import type { SqsUrl } from "./sqs-url.js";

export type Sdk = typeof import("@aws-sdk/client-sqs");

/** How long SQS may take for an answer, beside what it is told to wait for messages. */
export const ANSWER_MILLISECONDS = 15_000;

/** Clients of SQS; each makes its connections by itself. */
export function sqsService(sdk: Sdk, url: SqsUrl, name: string, log: (line: string) => void): Service<SQSClient> {
    return {
        name,
        log,
        isPassing,
        isStillGood: () => true,
        async connect() {
            return new sdk.SQSClient({
                endpoint: url.endpoint,
                ...(url.region === undefined ? {} : { region: url.region }),
                requestHandler: { connectionTimeout: 5000, requestTimeout: ANSWER_MILLISECONDS },
            });
        },
        drop: () => undefined,
        end: async (client) => client.destroy(),
    };
}

export type Right = "send" | "receive";

/** Some of a batch could not be done this time. */
export class PassingError extends Error {}

/** The network's, throttling, and those that the service calls its own. */
function isPassing(error: unknown): boolean {
    const { $metadata, $retryable } = error as { $metadata?: { httpStatusCode?: number }; $retryable?: object };
    const status = $metadata?.httpStatusCode ?? 0;
    if (error instanceof PassingError || isOfNetwork(error) || $retryable !== undefined) return true;
    return status >= 500 || status === 429 || /Timeout|Throttl|TooManyRequests|RequestLimit/.test(nameOf(error));
}

/** Does it say that a message is no longer this consumer's? */
export function isLost(error: unknown): boolean {
    return /MessageNotInflight|ReceiptHandleIsInvalid|InvalidParameterValue/.test(nameOf(error));
}

/** Errors of the service, in the words of a binding. */
export function explained(queue: string, right: Right, error: unknown): unknown {
    const name = nameOf(error);
    if (/AccessDenied|UnrecognizedClient|InvalidClientTokenId|InvalidSecurity/.test(name)) {
        const [act, binding] = right === "send" ? ["send to", "toSend()"] : ["receive from", "toReceive()"];
        return new Error(
            `The credentials of this process give no right to ${act} ${queue} (${name}). ` +
                `Bind the queue to the app with ${binding}: that gives the right to the role of its tasks.`,
            { cause: error },
        );
    }
    if (/NonExistentQueue|QueueDoesNotExist/.test(name)) {
        return new Error(`${queue} does not exist, or not in this account and region (${name}).`, { cause: error });
    }
    return error;
}

function nameOf(error: unknown): string {
    return (error as { name?: string }).name ?? "";
}
