import type { Builder } from "../contract.js";

export const queue: Builder<"Queue"> = () => {
    throw new Error("not there yet");
};
