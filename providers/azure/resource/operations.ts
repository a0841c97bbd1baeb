/**
 * What Pulumi's dynamic provider does for an awaited step. It runs in a process of the engine's, in the program's folder.
 */
export const provider = {};
