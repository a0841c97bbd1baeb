import {
    CreateQueueCommand,
    GetQueueAttributesCommand,
    SetQueueAttributesCommand,
    SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe } from "vitest";
import { MOTO_MILLISECONDS, type Moto, startMoto } from "../../support/moto.js";
import { needs } from "../../support/needs.js";
import { conformance } from "./cases.js";

const { skip } = needs("python");
const ENV = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    // Of Node 20, on standard error.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

describe.skipIf(skip)("SQS: moto", () => {
    let moto: Moto;
    let client: SQSClient;
    beforeAll(async () => {
        Object.assign(process.env, ENV);
        moto = await startMoto();
        client = new SQSClient({ endpoint: moto.endpoint });
    }, MOTO_MILLISECONDS);
    afterAll(async () => {
        client?.destroy();
        await moto?.stop();
    });

    const attributes = async (QueueUrl: string) =>
        (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes ?? {};

    conformance({
        env: ENV,
        /** As the aws target makes it. */
        async make(name, { fifo, maxDeliveries, visibilityTimeoutSeconds }) {
            const kind = fifo ? { FifoQueue: "true", DeduplicationScope: "messageGroup" } : {};
            const create = async (QueueName: string, more: Record<string, string>) => {
                const full = fifo ? `${QueueName}.fifo` : QueueName;
                const Attributes = { ...kind, ...more };
                return (await client.send(new CreateQueueCommand({ QueueName: full, Attributes }))).QueueUrl ?? "";
            };
            const deadUrl = await create(`${name}-dead`, {});
            const url = await create(name, {
                VisibilityTimeout: String(visibilityTimeoutSeconds),
                ReceiveMessageWaitTimeSeconds: "20",
                MaximumMessageSize: "262144",
                ...(fifo ? { FifoThroughputLimit: "perMessageGroupId" } : {}),
            });
            const { QueueArn: deadLetterTargetArn } = await attributes(deadUrl);
            const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: maxDeliveries });
            await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy } }));
            return {
                sendUrl: url,
                receiveUrl: url,
                deadLetterReceiveUrl: deadUrl,
                async depth() {
                    const found = await attributes(url);
                    return (
                        Number(found.ApproximateNumberOfMessages) + Number(found.ApproximateNumberOfMessagesNotVisible)
                    );
                },
            };
        },
        shortestVisibilitySeconds: 2,
        delay: "kept",
        deduplication: "kept",
        groups: "always",
        counts: true,
        // Rights are of the task's role, not of the URL.
        rights: false,
    });
});
