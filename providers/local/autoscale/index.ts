export type { Observation, ObservedReplica } from "./proposals.js";
export { type GroupUsage, ProcessSampler, usageOfRequest } from "./sampler.js";
export {
    type Decision,
    type RecordedScaleEvent,
    Scaler,
    type ScalerState,
    SYNC_SECONDS,
} from "./scaler.js";
