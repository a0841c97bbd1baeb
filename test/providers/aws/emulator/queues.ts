import {
    CreateQueueCommand,
    GetQueueAttributesCommand,
    SetQueueAttributesCommand,
    SQSClient,
} from "@aws-sdk/client-sqs";
import { type Emulated, type Endpoint, must, physicalName } from "./emulated.js";

/** Attributes of a queue by the inputs that they come from. */
const QUEUE_ATTRIBUTES = {
    visibilityTimeoutSeconds: "VisibilityTimeout",
    messageRetentionSeconds: "MessageRetentionPeriod",
    delaySeconds: "DelaySeconds",
    maxMessageSize: "MaximumMessageSize",
    receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
    redrivePolicy: "RedrivePolicy",
    sqsManagedSseEnabled: "SqsManagedSseEnabled",
    fifoQueue: "FifoQueue",
    contentBasedDeduplication: "ContentBasedDeduplication",
    deduplicationScope: "DeduplicationScope",
    fifoThroughputLimit: "FifoThroughputLimit",
} as const;

/** SQS. */
export function queues(at: Endpoint): Readonly<Record<string, Emulated>> {
    const sqs = new SQSClient(at);
    const attributesOf = async (QueueUrl: string) => {
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
        return must(Attributes, "Attributes") as Readonly<Record<string, string>>;
    };
    // moto forgets a policy with the next attribute that is set, so it is read back before that.
    let last: Promise<unknown> = Promise.resolve();
    const alone = <T>(work: () => Promise<T>): Promise<T> => {
        const next = last.then(work);
        last = next.catch(() => undefined);
        return next;
    };
    return {
        "aws:sqs/queue:Queue": {
            async create(inputs, name) {
                const QueueName = `${physicalName(inputs, name)}${inputs.fifoQueue === true ? ".fifo" : ""}`;
                const Attributes = Object.fromEntries(
                    Object.entries(QUEUE_ATTRIBUTES).flatMap(([input, attribute]) =>
                        inputs[input] === undefined ? [] : [[attribute, String(inputs[input])]],
                    ),
                );
                const { QueueUrl } = await sqs.send(
                    new CreateQueueCommand({ QueueName, Attributes, tags: inputs.tags }),
                );
                const url = must(QueueUrl, "QueueUrl");
                return { id: url, url, name: QueueName, arn: (await attributesOf(url)).QueueArn };
            },
            async read({ id }, inputs) {
                const found = await attributesOf(id);
                return Object.fromEntries(
                    Object.entries(QUEUE_ATTRIBUTES).flatMap(([input, attribute]) => {
                        const value = found[attribute];
                        if (value === undefined || inputs[input] === undefined) return [];
                        return [[input, typeof inputs[input] === "string" ? value : JSON.parse(value)]];
                    }),
                );
            },
        },
        "aws:sqs/queuePolicy:QueuePolicy": {
            async create({ queueUrl, policy }) {
                const found = await alone(async () => {
                    const Attributes = { Policy: policy };
                    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
                    return attributesOf(queueUrl);
                });
                return { id: queueUrl, policy: found.Policy };
            },
            read: async ({ policy }) => ({ policy }),
        },
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {
            // Not read back: moto takes it and drops it.
            async create({ queueUrl, redriveAllowPolicy }) {
                const Attributes = { RedriveAllowPolicy: redriveAllowPolicy };
                await alone(() => sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes })));
                return { id: queueUrl };
            },
        },
    };
}
