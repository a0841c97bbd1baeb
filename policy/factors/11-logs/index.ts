export * from "./files.js";
export * from "./groups.js";
export * from "./sinks.js";
