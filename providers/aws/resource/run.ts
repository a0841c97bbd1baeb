import type { Access } from "./dynamic.js";
export interface RunInputs extends Access {
    readonly owner: string;
    readonly cluster: string;
    readonly taskDefinition: string;
    readonly container: string;
    readonly subnetIds: readonly string[];
    readonly securityGroupId: string;
    readonly logGroup: string;
    readonly streamPrefix: string;
    readonly command: readonly string[];
    readonly releaseId: string;
    readonly timeoutSeconds: number;
    readonly retries: number;
}
