export * from "./environments.js";
export * from "./secrets.js";
