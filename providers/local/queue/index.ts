export { deadLettersOf, type QueueRoles, queueRoles, queueUrls } from "./names.js";
export { depthOf, putQueue, type QueueDepth, queueIsThere, removeQueue, tendQueues } from "./queues.js";
export { ensureQueueDatabase, QUEUE_DATABASE } from "./setup.js";
