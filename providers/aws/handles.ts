/** What each component puts into its handle, and how one field of it is read. */
import type { RolloutRequest } from "../contract.js";
import { fieldReader } from "../handles.js";
import type { Policy } from "./autoscaler.js";

export interface PlatformHandle {
    readonly region: string;
    readonly accountId: string;
    readonly partition: string;
    readonly vpcId: string;
    readonly vpcCidr: string;
    readonly publicSubnetIds: readonly string[];
    readonly privateSubnetIds: readonly string[];
    readonly clusterArn: string;
    readonly clusterName: string;
    /** Key of the stack's own, which encrypts logs, secrets, queues and disks; absent where AWS's keys do. */
    readonly keyArn?: string;
}

interface InRegion {
    readonly region: string;
}

export interface LogSinkHandle extends InRegion {
    readonly logGroupName: string;
    readonly logGroupArn: string;
    readonly keyArn?: string;
    /** Names of the alarms of its alerts, by the name of the alert. */
    readonly alarms: Readonly<Record<string, string>>;
}

export interface DatabaseHandle extends InRegion {
    readonly vpcId: string;
    /** The secret that holds the URL, its version, and the key of the URL in its JSON. */
    readonly secretArn: string;
    readonly secretVersionId: string;
    readonly urlKey: string;
    readonly keyArn?: string;
    /** Apps add a rule to it. */
    readonly securityGroupId: string;
    readonly port: number;
    readonly resourceId: string;
}

export interface QueueHandle extends InRegion {
    readonly url: string;
    readonly arn: string;
    readonly name: string;
    readonly fifo: boolean;
    readonly visibilityTimeoutSeconds: number;
    readonly keyArn?: string;
    readonly deadLetter: { readonly url: string; readonly arn: string; readonly name: string };
}

export interface LoadBalancerHandle extends InRegion {
    readonly vpcId: string;
    /** The listener that takes rules: 443 with a domain, else 80. */
    readonly listenerArn: string;
    readonly arnSuffix: string;
    readonly dnsName: string;
    readonly zoneId: string;
    readonly securityGroupId: string;
    readonly internal: boolean;
    readonly baseUrl: string;
    readonly algorithm: "roundRobin" | "leastConnections";
}

export interface AutoscalerHandle extends InRegion {
    readonly policy: Policy;
}

/** What a task runs as and where; a Job shares the one of its app. */
export interface TaskHandle extends InRegion {
    readonly clusterArn: string;
    readonly clusterName: string;
    /** With the revision; known once that revision serves. */
    readonly taskDefinitionArn: string;
    /** Without the revision. */
    readonly taskFamilyArn: string;
    readonly containerName: string;
    readonly taskRoleArn: string;
    readonly executionRoleArn: string;
    readonly securityGroupId: string;
    readonly subnetIds: readonly string[];
    readonly logGroupName: string;
}

export interface AppHandle extends TaskHandle {
    readonly vpcId: string;
    readonly serviceName: string;
    /** Absent without a port. */
    readonly port?: number;
    /** Empty for an app that no other app can call. */
    readonly internalUrl: string;
    /** The Service Connect namespace that the internal URL is in; absent without an internal URL. */
    readonly namespaceArn?: string;
    readonly rollout: RolloutRequest["strategy"];
    readonly targetGroups: readonly TargetGroupHandle[];
    readonly releaseId: string;
}

export interface TargetGroupHandle {
    /** Key of the load balancer that it belongs to. */
    readonly loadBalancerKey: string;
    readonly arn: string;
}

export const { field, ground } = fieldReader<PlatformHandle>("aws");
