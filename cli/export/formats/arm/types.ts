/** How one kind of resource is written in a template of Azure Resource Manager. */
export interface ArmType {
    /** For example `Microsoft.App/containerApps`. */
    readonly type: string;
    readonly apiVersion: string;
    /** Inputs that hold the parts of its name, the parents' first. */
    readonly names: readonly string[];
    /** Input that says which resource it extends, of a resource that stands on another one. */
    readonly scope?: string;
}

const APP = "2025-02-02-preview";
const CDN = "2025-06-01";
const LOGS = "2023-09-01";
const NETWORK = "2024-05-01";
const PRIVATE_DNS = "2024-06-01";
const POSTGRES = "2025-08-01";
const SERVICE_BUS = "2026-01-01";

/** What the azure target makes, by the type without `azure-native:`; versions are those that the SDK speaks. */
export const ARM_TYPES: Readonly<Record<string, ArmType>> = {
    "app:ContainerApp": { type: "Microsoft.App/containerApps", apiVersion: APP, names: ["containerAppName"] },
    "app:Job": { type: "Microsoft.App/jobs", apiVersion: APP, names: ["jobName"] },
    "app:ManagedEnvironment": {
        type: "Microsoft.App/managedEnvironments",
        apiVersion: APP,
        names: ["environmentName"],
    },
    "authorization:ManagementLockByScope": {
        type: "Microsoft.Authorization/locks",
        apiVersion: "2020-05-01",
        names: ["lockName"],
        scope: "scope",
    },
    "authorization:RoleAssignment": {
        type: "Microsoft.Authorization/roleAssignments",
        apiVersion: "2022-04-01",
        names: ["roleAssignmentName"],
        scope: "scope",
    },
    "cdn:AFDCustomDomain": {
        type: "Microsoft.Cdn/profiles/customDomains",
        apiVersion: CDN,
        names: ["profileName", "customDomainName"],
    },
    "cdn:AFDEndpoint": {
        type: "Microsoft.Cdn/profiles/afdEndpoints",
        apiVersion: CDN,
        names: ["profileName", "endpointName"],
    },
    "cdn:AFDOrigin": {
        type: "Microsoft.Cdn/profiles/originGroups/origins",
        apiVersion: CDN,
        names: ["profileName", "originGroupName", "originName"],
    },
    "cdn:AFDOriginGroup": {
        type: "Microsoft.Cdn/profiles/originGroups",
        apiVersion: CDN,
        names: ["profileName", "originGroupName"],
    },
    "cdn:Profile": { type: "Microsoft.Cdn/profiles", apiVersion: CDN, names: ["profileName"] },
    "cdn:Route": {
        type: "Microsoft.Cdn/profiles/afdEndpoints/routes",
        apiVersion: CDN,
        names: ["profileName", "endpointName", "routeName"],
    },
    "cdn:Rule": {
        type: "Microsoft.Cdn/profiles/ruleSets/rules",
        apiVersion: CDN,
        names: ["profileName", "ruleSetName", "ruleName"],
    },
    "cdn:RuleSet": {
        type: "Microsoft.Cdn/profiles/ruleSets",
        apiVersion: CDN,
        names: ["profileName", "ruleSetName"],
    },
    "cdn:Secret": { type: "Microsoft.Cdn/profiles/secrets", apiVersion: CDN, names: ["profileName", "secretName"] },
    "cdn:SecurityPolicy": {
        type: "Microsoft.Cdn/profiles/securityPolicies",
        apiVersion: CDN,
        names: ["profileName", "securityPolicyName"],
    },
    "containerregistry:Registry": {
        type: "Microsoft.ContainerRegistry/registries",
        apiVersion: "2023-01-01-preview",
        names: ["registryName"],
    },
    "dbforpostgresql:Configuration": {
        type: "Microsoft.DBforPostgreSQL/flexibleServers/configurations",
        apiVersion: POSTGRES,
        names: ["serverName", "configurationName"],
    },
    "dbforpostgresql:Database": {
        type: "Microsoft.DBforPostgreSQL/flexibleServers/databases",
        apiVersion: POSTGRES,
        names: ["serverName", "databaseName"],
    },
    "dbforpostgresql:Server": {
        type: "Microsoft.DBforPostgreSQL/flexibleServers",
        apiVersion: POSTGRES,
        names: ["serverName"],
    },
    "dns:RecordSet": {
        type: "Microsoft.Network/dnsZones/recordSets",
        apiVersion: "2023-07-01-preview",
        names: ["zoneName", "relativeRecordSetName"],
    },
    "frontdoor:Policy": {
        type: "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies",
        apiVersion: "2025-11-01",
        names: ["policyName"],
    },
    "keyvault:Secret": {
        type: "Microsoft.KeyVault/vaults/secrets",
        apiVersion: "2024-11-01",
        names: ["vaultName", "secretName"],
    },
    "keyvault:Vault": { type: "Microsoft.KeyVault/vaults", apiVersion: "2024-11-01", names: ["vaultName"] },
    "managedidentity:UserAssignedIdentity": {
        type: "Microsoft.ManagedIdentity/userAssignedIdentities",
        apiVersion: "2023-01-31",
        names: ["resourceName"],
    },
    "monitor:ActionGroup": {
        type: "Microsoft.Insights/actionGroups",
        apiVersion: "2024-10-01-preview",
        names: ["actionGroupName"],
    },
    "monitor:DiagnosticSetting": {
        type: "Microsoft.Insights/diagnosticSettings",
        apiVersion: "2021-05-01-preview",
        names: ["name"],
        scope: "resourceUri",
    },
    "monitor:ScheduledQueryRule": {
        type: "Microsoft.Insights/scheduledQueryRules",
        apiVersion: "2025-01-01-preview",
        names: ["ruleName"],
    },
    "network:NetworkSecurityGroup": {
        type: "Microsoft.Network/networkSecurityGroups",
        apiVersion: NETWORK,
        names: ["networkSecurityGroupName"],
    },
    "network:PrivateDnsZoneGroup": {
        type: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        apiVersion: NETWORK,
        names: ["privateEndpointName", "privateDnsZoneGroupName"],
    },
    "network:PrivateEndpoint": {
        type: "Microsoft.Network/privateEndpoints",
        apiVersion: NETWORK,
        names: ["privateEndpointName"],
    },
    "network:VirtualNetwork": {
        type: "Microsoft.Network/virtualNetworks",
        apiVersion: NETWORK,
        names: ["virtualNetworkName"],
    },
    "operationalinsights:SavedSearch": {
        type: "Microsoft.OperationalInsights/workspaces/savedSearches",
        apiVersion: LOGS,
        names: ["workspaceName", "savedSearchId"],
    },
    "operationalinsights:Table": {
        type: "Microsoft.OperationalInsights/workspaces/tables",
        apiVersion: LOGS,
        names: ["workspaceName", "tableName"],
    },
    "operationalinsights:Workspace": {
        type: "Microsoft.OperationalInsights/workspaces",
        apiVersion: LOGS,
        names: ["workspaceName"],
    },
    "privatedns:PrivateZone": {
        type: "Microsoft.Network/privateDnsZones",
        apiVersion: PRIVATE_DNS,
        names: ["privateZoneName"],
    },
    "privatedns:VirtualNetworkLink": {
        type: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        apiVersion: PRIVATE_DNS,
        names: ["privateZoneName", "virtualNetworkLinkName"],
    },
    "servicebus:Namespace": {
        type: "Microsoft.ServiceBus/namespaces",
        apiVersion: SERVICE_BUS,
        names: ["namespaceName"],
    },
    "servicebus:Queue": {
        type: "Microsoft.ServiceBus/namespaces/queues",
        apiVersion: SERVICE_BUS,
        names: ["namespaceName", "queueName"],
    },
    "servicebus:QueueAuthorizationRule": {
        type: "Microsoft.ServiceBus/namespaces/queues/authorizationRules",
        apiVersion: SERVICE_BUS,
        names: ["namespaceName", "queueName", "authorizationRuleName"],
    },
};

/** How a type token is written in a template; undefined for what Azure Resource Manager does not make. */
export function armTypeOf(token: string): ArmType | undefined {
    return ARM_TYPES[token.replace(/^azure-native:/, "")];
}
