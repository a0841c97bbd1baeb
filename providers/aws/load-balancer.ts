import type { Builder } from "../contract.js";

export const loadBalancer: Builder<"LoadBalancer"> = () => {
    throw new Error("not there yet");
};
