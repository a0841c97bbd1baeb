export * from "./environments.js";
export * from "./references.js";
export * from "./secrets.js";
