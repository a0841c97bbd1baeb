export { AlertWatcher } from "./alerts.js";
export { followLogs } from "./follow.js";
export { RawFollower } from "./follower.js";
export { type NotifierOptions, notifier } from "./notify.js";
export { type LogRecord, parseLine, timestamp } from "./record.js";
export { applyRetention } from "./retention.js";
export { type LogQuery, searchLogs } from "./search.js";
export { SinkWriter, type SinkWriterOptions } from "./writer.js";
