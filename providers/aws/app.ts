import type { Builder } from "../contract.js";

export const app: Builder<"App"> = () => {
    throw new Error("not there yet");
};
