import { isLoopback } from "./loopback.js";

export interface SqsUrl {
    /** The queue's URL as the API takes it. */
    readonly queueUrl: string;
    readonly queue: string;
    readonly fifo: boolean;
    /** Undefined: from the environment, as the AWS SDK finds it. */
    readonly region: string | undefined;
    /** Where to send requests; SQS itself answers at the host of its queues' URLs. */
    readonly endpoint: string;
}

/** `sqs.<region>.amazonaws.com` with its partitions, its dual-stack form, and private endpoints. */
const REGION = /(?:^|\.)sqs(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/**
 * Reads the URL of a queue, `https://sqs.<region>.amazonaws.com/<account>/<name>`.
 *
 * @throws Error when it is not one, or when messages would travel in the clear
 */
export function sqsUrl(url: URL): SqsUrl {
    const [, account, queue, more] = url.pathname.split("/");
    if (!account || !/^\d{12}$/.test(account) || !queue || more !== undefined || url.username !== "") {
        throw new Error(
            `Queue URL ${url.protocol}//${url.host}/… is not one of Amazon SQS: expected ` +
                '"https://sqs.<region>.amazonaws.com/<account of 12 digits>/<name>", without credentials: these come from ' +
                "the task's role.",
        );
    }
    if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
        throw new Error(
            `Queue URL http://${url.host}/… would send messages in the clear; "http:" is allowed for an emulator on ` +
                "loopback only. Use https.",
        );
    }
    return {
        queueUrl: `${url.origin}${url.pathname}`,
        queue,
        fifo: queue.endsWith(".fifo"),
        region: REGION.exec(url.hostname)?.[1],
        endpoint: url.origin,
    };
}
