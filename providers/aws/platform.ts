import type { Builder } from "../contract.js";

export const platform: Builder<"Platform"> = () => {
    throw new Error("not there yet");
};
