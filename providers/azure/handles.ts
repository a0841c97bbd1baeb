/** What each component puts into its handle, and how one field of it is read. */
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { fieldReader } from "../handles.js";
import type { EnvEntry, SecretRef } from "./container.js";
import type { Policy } from "./scale.js";
import type { Size } from "./size.js";

/** Where a thing is. */
interface Placed {
    readonly location: string;
    readonly resourceGroup: string;
}

export interface PlatformHandle extends Placed {
    readonly subscriptionId: string;
    readonly tenantId: string;
    readonly networkId: string;
    readonly environmentId: string;
    readonly environmentName: string;
    readonly defaultDomain: string;
    readonly endpointsSubnetId: string;
    /** Identity that pulls images and reads secrets for the apps. */
    readonly identityId: string;
    readonly identityPrincipalId: string;
    readonly vaultName: string;
    readonly vaultUri: string;
    /** Ids of private DNS zones. */
    readonly zones: { readonly postgres: string; readonly vault?: string; readonly servicebus?: string };
    /** Log Analytics workspace of audit logs; in production. */
    readonly auditWorkspaceId?: string;
}

export interface LogSinkHandle extends Placed {
    readonly workspaceId: string;
    readonly customerId: string;
    readonly environmentId: string;
    readonly retentionDays: number;
}

export interface DatabaseHandle extends Placed {
    /** Network that its private address is in. */
    readonly networkId: string;
    readonly serverId: string;
    readonly serverName: string;
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly username: string;
    /** Address of the Key Vault secret that holds the URL. */
    readonly urlSecretUri: string;
}

export interface QueueHandle extends Placed {
    readonly namespaceName: string;
    readonly namespaceId: string;
    readonly queueName: string;
    readonly queueId: string;
    readonly host: string;
    readonly fifo: boolean;
    readonly lockSeconds: number;
    /** What a URL says after its address: what the queue itself cannot do for its clients. */
    readonly query: string;
}

export interface LoadBalancerHandle extends Placed {
    readonly profileName: string;
    readonly endpointName: string;
    readonly hostName: string;
    readonly frontDoorId: string;
    readonly profileId: string;
    /** The first custom domain. */
    readonly domain?: string;
    /** Ids of custom domains by host name; of the first by "", because its name may be an Output. */
    readonly domains: Readonly<Record<string, string>>;
    readonly redirectToHttps: boolean;
    readonly routing: string;
    readonly url: string;
}

export interface AppHandle extends Placed {
    readonly appName: string;
    readonly appId: string;
    readonly environmentId: string;
    /** Absent without a port. */
    readonly fqdn?: string;
    readonly internalUrl: string;
    /** Whether anything outside the environment reaches it. */
    readonly external: boolean;
    readonly image: string;
    readonly env: readonly EnvEntry[];
    readonly secretRefs: readonly SecretRef[];
    readonly identityId: string;
    readonly registries: readonly { readonly server: string; readonly identity: string }[];
    readonly size: Size;
    readonly workloadProfile: string;
    readonly releaseId: string;
    readonly readinessPath?: string;
}

export interface AutoscalerHandle {
    readonly policy: Policy;
    readonly cooldownSeconds?: number;
}

export const { field, ground } = fieldReader<PlatformHandle>("azure");

/** Where the platform of a component is, in the words of the SDK. */
export function placeOf(scope: Scope): { location: pulumi.Output<string>; resourceGroupName: pulumi.Output<string> } {
    return { location: ground(scope, "location"), resourceGroupName: ground(scope, "resourceGroup") };
}
