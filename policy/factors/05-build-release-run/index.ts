export * from "./builds.js";
export * from "./one-release.js";
export * from "./releases.js";
