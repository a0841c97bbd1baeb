import type { Builder } from "../contract.js";

export const logSink: Builder<"LogSink"> = () => {
    throw new Error("not there yet");
};
