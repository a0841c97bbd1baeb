/**
 * `twelvefold/runtime`: queues for Node apps, the same on every target. Optional: the URL of a binding works with any
 * client of its scheme.
 */
export type { Body, Message, SendOptions } from "./message.js";
export { openQueue, type Queue, type QueueOptions, type ReceiveOptions } from "./queue.js";
export type { Handler } from "./receiver.js";
