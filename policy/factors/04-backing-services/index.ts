export * from "./exposure.js";
export * from "./reach.js";
export * from "./safety.js";
