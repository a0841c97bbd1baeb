// A worker as an app would write it: prints one JSON line per event, ends by itself after SIGTERM.
import { openQueue } from "#dist/runtime/index.js";

const handleMilliseconds = Number(process.env.HANDLE_MILLISECONDS ?? 0);
const say = (event) => process.stdout.write(`${JSON.stringify({ at: Date.now(), ...event })}\n`);

const queue = openQueue(process.env.QUEUE_URL);
say({ event: "started" });
await queue.receive(
    async (message) => {
        say({ event: "begin", body: message.body, delivery: message.deliveryCount });
        if (handleMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, handleMilliseconds));
        say({ event: "end", body: message.body, delivery: message.deliveryCount });
    },
    { concurrency: Number(process.env.CONCURRENCY ?? 1) },
);
say({ event: "stopped" });
