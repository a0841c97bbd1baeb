import type { Builder } from "../contract.js";

export const job: Builder<"Job"> = () => {
    throw new Error("not there yet");
};
