/** What the dynamic resources of the AWS target do; loaded by Pulumi's provider process (resource/dynamic.ts). */
export { run } from "./run.js";
export { serving } from "./serving.js";
