import { afterAll, beforeAll, describe } from "vitest";
import { ServiceBus } from "../../support/service-bus.js";
import { conformance } from "./cases.js";

describe("AMQP 1.0: a stand-in that keeps the documented rules of Azure Service Bus", () => {
    let bus: ServiceBus;
    beforeAll(async () => {
        bus = await ServiceBus.start();
    });
    afterAll(() => bus?.stop());

    conformance({
        async make(name, { fifo, maxDeliveries, visibilityTimeoutSeconds }) {
            const urls = bus.createQueue(name, {
                lockSeconds: visibilityTimeoutSeconds,
                maxDeliveryCount: maxDeliveries,
                requiresSession: fifo,
                duplicateDetection: fifo,
            });
            return { ...urls, depth: async () => bus.depth(name) };
        },
        shortestVisibilitySeconds: 5,
        delay: "kept",
        deduplication: "kept",
        groups: "may be",
        counts: true,
        rights: true,
        crash: () => bus.interrupt(),
    });
});
