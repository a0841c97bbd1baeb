export * from "./embedded.js";
export * from "./stacks.js";
