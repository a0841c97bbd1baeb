import type { Builder } from "../contract.js";

export const database: Builder<"Database"> = () => {
    throw new Error("not there yet");
};
