import type { Target } from "../contract.js";
import { DATA_CHILDREN, SCALE_CHILDREN } from "./child-keys-data.js";

/** Keys of the children of each kind. */
export const CHILDREN: Target["children"] = {
    ...DATA_CHILDREN,
    Platform: {},
    LoadBalancer: {},
    App: { ...SCALE_CHILDREN },
};
