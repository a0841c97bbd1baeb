export * from "./bounds.js";
export * from "./counts.js";
export * from "./processes.js";
