import { afterAll, beforeAll, describe } from "vitest";
import { needs } from "../../support/needs.js";
import { RABBITMQ_MILLISECONDS, Rabbitmq } from "../../support/rabbitmq.js";
import { conformance } from "./cases.js";

const { skip } = needs("rabbitmq");

describe.skipIf(skip)("AMQP 1.0: RabbitMQ 3.10 with its plug-in", () => {
    let rabbitmq: Rabbitmq;
    beforeAll(async () => {
        rabbitmq = await Rabbitmq.start();
    }, RABBITMQ_MILLISECONDS);
    afterAll(() => rabbitmq?.destroy());

    conformance({
        async make(name, settings) {
            const urls = await rabbitmq.createQueue(name, settings);
            return { ...urls, depth: () => rabbitmq.depth(name) };
        },
        shortestVisibilitySeconds: undefined,
        delay: /has no delaySeconds: RabbitMQ's quorum queues have no delivery delay/,
        deduplication: /has no deduplicationId: RabbitMQ does not look for duplicates/,
        groups: "never",
        counts: false,
        rights: true,
        async crash() {
            await rabbitmq.kill();
            await rabbitmq.start();
        },
    });
});
