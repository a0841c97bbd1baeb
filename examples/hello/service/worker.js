import { openQueue } from "twelvefold/runtime";

// Until SIGTERM; a message is acknowledged when the handler is done.
await openQueue(process.env.MAIL_QUEUE_URL).receive(async ({ body }) => console.log(`a mail about ${body.path}`));
