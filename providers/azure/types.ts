/**
 * The types of the Azure target's children, for `transform`. Importing this module, for its types only, makes
 * `transform: { azure: … }` know them: `import type {} from "twelvefold/azure"`.
 *
 * @packageDocumentation
 */
import type { ContainerAppArgs, JobArgs, ManagedEnvironmentArgs } from "@pulumi/azure-native/app";
import type { ManagementLockByScopeArgs, RoleAssignmentArgs } from "@pulumi/azure-native/authorization";
import type {
    AFDCustomDomainArgs,
    AFDEndpointArgs,
    AFDOriginArgs,
    AFDOriginGroupArgs,
    SecretArgs as CertificateArgs,
    ProfileArgs,
    RouteArgs,
    RuleArgs,
    RuleSetArgs,
    SecurityPolicyArgs,
} from "@pulumi/azure-native/cdn";
import type { RegistryArgs } from "@pulumi/azure-native/containerregistry";
import type { ConfigurationArgs, DatabaseArgs, ServerArgs } from "@pulumi/azure-native/dbforpostgresql";
import type { RecordSetArgs } from "@pulumi/azure-native/dns";
import type { PolicyArgs } from "@pulumi/azure-native/frontdoor";
import type { SecretArgs, VaultArgs } from "@pulumi/azure-native/keyvault";
import type { UserAssignedIdentityArgs } from "@pulumi/azure-native/managedidentity";
import type { ActionGroupArgs, DiagnosticSettingArgs, ScheduledQueryRuleArgs } from "@pulumi/azure-native/monitor";
import type {
    NetworkSecurityGroupArgs,
    PrivateDnsZoneGroupArgs,
    PrivateEndpointArgs,
    VirtualNetworkArgs,
} from "@pulumi/azure-native/network";
import type { SavedSearchArgs, TableArgs, WorkspaceArgs } from "@pulumi/azure-native/operationalinsights";
import type { PrivateZoneArgs, VirtualNetworkLinkArgs } from "@pulumi/azure-native/privatedns";
import type { ResourceGroupArgs } from "@pulumi/azure-native/resources";
import type { NamespaceArgs, QueueArgs, QueueAuthorizationRuleArgs } from "@pulumi/azure-native/servicebus";
import type { ImageArgs } from "@pulumi/docker";
import type { RandomPasswordArgs } from "@pulumi/random";
// Named so that it is part of this project, which adds to it below.
import type {} from "../child-inputs.js";
import type { StepArgs } from "./resource/arm-resource.js";

/** Children by kind and key. */
export interface AzureChildInputs {
    Platform: {
        group: ResourceGroupArgs;
        "endpoints-nsg": NetworkSecurityGroupArgs;
        network: VirtualNetworkArgs;
        identity: UserAssignedIdentityArgs;
        vault: VaultArgs;
        "vault-reader": RoleAssignmentArgs;
        "vault-endpoint": PrivateEndpointArgs;
        "vault-dns": PrivateDnsZoneGroupArgs;
        "vault-diagnostics": DiagnosticSettingArgs;
        "zone-postgres": PrivateZoneArgs;
        "zone-postgres-link": VirtualNetworkLinkArgs;
        "zone-vault": PrivateZoneArgs;
        "zone-vault-link": VirtualNetworkLinkArgs;
        "zone-servicebus": PrivateZoneArgs;
        "zone-servicebus-link": VirtualNetworkLinkArgs;
        audit: WorkspaceArgs;
        environment: ManagedEnvironmentArgs;
        registry: RegistryArgs;
        puller: RoleAssignmentArgs;
        "registry-diagnostics": DiagnosticSettingArgs;
        build: ImageArgs;
        messaging: NamespaceArgs;
        "messaging-endpoint": PrivateEndpointArgs;
        "messaging-dns": PrivateDnsZoneGroupArgs;
        "messaging-diagnostics": DiagnosticSettingArgs;
    };
    LogSink: {
        workspace: WorkspaceArgs;
        wire: DiagnosticSettingArgs;
        search: SavedSearchArgs;
        archive: TableArgs;
        alert: ScheduledQueryRuleArgs;
        action: ActionGroupArgs;
    };
    Database: {
        password: RandomPasswordArgs;
        server: ServerArgs;
        database: DatabaseArgs;
        endpoint: PrivateEndpointArgs;
        dns: PrivateDnsZoneGroupArgs;
        tls: ConfigurationArgs;
        "min-tls": ConfigurationArgs;
        extensions: ConfigurationArgs;
        url: SecretArgs;
        lock: ManagementLockByScopeArgs;
        diagnostics: DiagnosticSettingArgs;
    };
    Queue: { queue: QueueArgs };
    LoadBalancer: {
        profile: ProfileArgs;
        endpoint: AFDEndpointArgs;
        domain: AFDCustomDomainArgs;
        certificate: CertificateArgs;
        validation: RecordSetArgs;
        record: RecordSetArgs;
        waf: PolicyArgs;
        "waf-policy": SecurityPolicyArgs;
        "access-logs": DiagnosticSettingArgs;
        diagnostics: DiagnosticSettingArgs;
    };
    App: {
        secret: SecretArgs;
        rule: QueueAuthorizationRuleArgs;
        url: SecretArgs;
        scaler: UserAssignedIdentityArgs;
        "scaler-role": RoleAssignmentArgs;
        "release-job": JobArgs;
        release: StepArgs<"AzureRelease">;
        app: ContainerAppArgs;
        serving: StepArgs<"AzureServing">;
        group: AFDOriginGroupArgs;
        origin: AFDOriginArgs;
        otherwise: AFDOriginArgs;
        "rule-set": RuleSetArgs;
        "country-rule": RuleArgs;
        route: RouteArgs;
    };
    Job: { job: JobArgs; run: StepArgs<"AzureRun"> };
}

declare module "../child-inputs.js" {
    interface ChildInputs {
        /** Resources in Azure. */
        azure: AzureChildInputs;
    }
}
