export * from "./budgets.js";
export * from "./dead-letters.js";
export * from "./deploying.js";
export * from "./probes.js";
export * from "./stopping.js";
