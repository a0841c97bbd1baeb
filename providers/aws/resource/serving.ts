import type { Access } from "./dynamic.js";
export interface ServingInputs extends Access {
    readonly app: string;
    readonly cluster: string;
    readonly service: string;
    readonly taskDefinition: string;
    readonly timeoutSeconds: number;
}
