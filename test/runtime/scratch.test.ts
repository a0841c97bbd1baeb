import { setTimeout as sleep } from "node:timers/promises";
import { it } from "vitest";
import { startRabbitmq } from "../support/rabbitmq.js";
import { Consumer } from "./support.js";

it("probe", async () => {
    const r = await startRabbitmq();
    try {
        const urls = await r.createQueue("mail", { maxDeliveries: 3 });
        const c = new Consumer(urls.receiveUrl, { env: { DEBUG: "rhea:*,-rhea:raw" } });
        await sleep(3000);
        c.signal("SIGTERM");
        await sleep(15000);
        console.log(c.errors, c.events);
        c.signal("SIGKILL");
    } finally {
        await r.destroy();
    }
}, 180000);
