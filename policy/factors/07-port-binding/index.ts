export * from "./https.js";
export * from "./port-match.js";
export * from "./ports.js";
export * from "./readiness.js";
