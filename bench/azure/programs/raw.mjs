/** The same resources by hand: the SDK's own classes, no components, names as somebody writes them down. */
import app from "@pulumi/azure-native/app/index.js";
import authorization from "@pulumi/azure-native/authorization/index.js";
import cdn from "@pulumi/azure-native/cdn/index.js";
import containerregistry from "@pulumi/azure-native/containerregistry/index.js";
import postgres from "@pulumi/azure-native/dbforpostgresql/index.js";
import keyvault from "@pulumi/azure-native/keyvault/index.js";
import managedidentity from "@pulumi/azure-native/managedidentity/index.js";
import monitor from "@pulumi/azure-native/monitor/index.js";
import network from "@pulumi/azure-native/network/index.js";
import logs from "@pulumi/azure-native/operationalinsights/index.js";
import privatedns from "@pulumi/azure-native/privatedns/index.js";
import resources from "@pulumi/azure-native/resources/index.js";
import servicebus from "@pulumi/azure-native/servicebus/index.js";
import docker from "@pulumi/docker";
import pulumi from "@pulumi/pulumi";
import random from "@pulumi/random";
import steps from "#dist/providers/azure/resource/arm-resource.js";

const { interpolate } = pulumi;
const tags = { project: "bench" };
const location = "westeurope";

export function program(times) {
    const ground = makeGround();
    makeLogs(ground);
    const db = makeDatabase(ground);
    const front = makeFront(ground);
    for (let index = 0; index < times; index++) makeApps(index, { ...ground, ...front, db });
}

function makeGround() {
    const { subscriptionId, tenantId } = authorization.getClientConfigOutput();
    const group = new resources.ResourceGroup("platform-group", { resourceGroupName: "bench", location, tags });
    const here = { resourceGroupName: group.name, tags };
    const place = { ...here, location };
    const rule = { direction: "Inbound", sourcePortRange: "*", destinationAddressPrefix: "*" };
    const nsg = new network.NetworkSecurityGroup("platform-endpoints-nsg", {
        ...place,
        networkSecurityGroupName: "endpoints",
        securityRules: [
            {
                ...rule,
                name: "apps",
                priority: 100,
                access: "Allow",
                protocol: "Tcp",
                sourceAddressPrefix: "10.40.0.0/23",
                destinationPortRanges: ["443", "5432", "5671"],
            },
            {
                ...rule,
                name: "rest",
                priority: 4000,
                access: "Deny",
                protocol: "*",
                sourceAddressPrefix: "VirtualNetwork",
                destinationPortRange: "*",
            },
        ],
    });
    const vnet = new network.VirtualNetwork("platform-network", {
        ...place,
        virtualNetworkName: "bench",
        addressSpace: { addressPrefixes: ["10.40.0.0/16"] },
        subnets: [
            {
                name: "apps",
                addressPrefix: "10.40.0.0/23",
                delegations: [{ name: "environment", serviceName: "Microsoft.App/environments" }],
            },
            {
                name: "endpoints",
                addressPrefix: "10.40.2.0/24",
                privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
                networkSecurityGroup: { id: nsg.id },
            },
        ],
    });
    const identity = new managedidentity.UserAssignedIdentity("platform-identity", { ...place, resourceName: "apps" });
    const vault = new keyvault.Vault("platform-vault", {
        ...place,
        vaultName: "bench-vault",
        properties: {
            tenantId,
            sku: { family: "A", name: "standard" },
            enableRbacAuthorization: true,
            enableSoftDelete: true,
            softDeleteRetentionInDays: 7,
            publicNetworkAccess: "Enabled",
            networkAcls: { bypass: "AzureServices", defaultAction: "Allow" },
        },
    });
    const grant = (name, scope, role) =>
        new authorization.RoleAssignment(name, {
            roleAssignmentName: name,
            scope,
            principalId: identity.principalId,
            principalType: "ServicePrincipal",
            roleDefinitionId: interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        });
    const reader = grant("platform-vault-reader", vault.id, "4633458b-17de-408a-b874-0445c86b69e6");
    const zone = new privatedns.PrivateZone("platform-zone-postgres", {
        ...here,
        location: "Global",
        privateZoneName: "privatelink.postgres.database.azure.com",
    });
    new privatedns.VirtualNetworkLink("platform-zone-postgres-link", {
        ...here,
        location: "Global",
        privateZoneName: zone.name,
        virtualNetworkLinkName: "bench",
        registrationEnabled: false,
        virtualNetwork: { id: vnet.id },
    });
    const environment = new app.ManagedEnvironment(
        "platform-environment",
        {
            ...place,
            environmentName: "bench",
            workloadProfiles: [{ name: "Consumption", workloadProfileType: "Consumption" }],
            vnetConfiguration: { infrastructureSubnetId: interpolate`${vnet.id}/subnets/apps`, internal: false },
            appLogsConfiguration: { destination: "azure-monitor" },
            zoneRedundant: false,
            peerTrafficConfiguration: { encryption: { enabled: false } },
            peerAuthentication: { mtls: { enabled: false } },
        },
        { dependsOn: reader },
    );
    const registry = new containerregistry.Registry("platform-registry", {
        ...place,
        registryName: "benchregistry",
        sku: { name: "Basic" },
        adminUserEnabled: false,
        anonymousPullEnabled: false,
    });
    const puller = grant("platform-puller", registry.id, "7f951dda-4ed3-4680-a7ca-43fe172d538d");
    const image = new docker.Image("platform-build", {
        imageName: interpolate`${registry.loginServer}/bench/source:1`,
        build: {
            context: "bench/azure/source",
            dockerfile: "bench/azure/source/Dockerfile",
            platform: "linux/amd64",
            builderVersion: "BuilderBuildKit",
        },
        buildOnPreview: false,
        registry: {
            server: registry.loginServer,
            username: "00000000-0000-0000-0000-000000000000",
            password: undefined,
        },
    });
    const namespace = new servicebus.Namespace("platform-messaging", {
        ...place,
        namespaceName: "bench-messaging",
        sku: { name: "Standard", tier: "Standard" },
        minimumTlsVersion: "1.2",
        disableLocalAuth: false,
        publicNetworkAccess: "Enabled",
    });
    return {
        subscriptionId,
        namespace,
        here,
        place,
        vnet,
        identity,
        vault,
        zone,
        environment,
        registry,
        puller,
        image,
    };
}

function makeLogs({ here, place, environment }) {
    const workspace = new logs.Workspace("logs-workspace", {
        ...place,
        workspaceName: "bench-logs",
        sku: { name: "PerGB2018" },
        retentionInDays: 30,
        features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
        workspaceCapping: { dailyQuotaGb: 1 },
    });
    new monitor.DiagnosticSetting("logs-wire", {
        name: "logs",
        resourceUri: environment.id,
        workspaceId: workspace.id,
        logs: ["ContainerAppConsoleLogs", "ContainerAppSystemLogs"].map((category) => ({ category, enabled: true })),
        logAnalyticsDestinationType: "Dedicated",
    });
    new logs.SavedSearch("logs-search", {
        resourceGroupName: here.resourceGroupName,
        workspaceName: workspace.name,
        savedSearchId: "lines",
        category: "bench",
        displayName: "Lines by app",
        query: "ContainerAppConsoleLogs | order by TimeGenerated desc",
        version: 2,
    });
}

function makeDatabase({ here, place, vnet, zone, vault }) {
    const { resourceGroupName } = here;
    const password = new random.RandomPassword("db-password", { length: 32, special: false });
    const server = new postgres.Server("db-server", {
        ...place,
        serverName: "bench-db",
        version: "17",
        administratorLogin: "app",
        administratorLoginPassword: pulumi.secret(password.result),
        sku: { name: "Standard_B1ms", tier: "Burstable" },
        storage: { storageSizeGB: 32, autoGrow: "Enabled" },
        backup: { backupRetentionDays: 7, geoRedundantBackup: "Disabled" },
        highAvailability: { mode: "Disabled" },
        network: { publicNetworkAccess: "Disabled" },
        authConfig: { passwordAuth: "Enabled", activeDirectoryAuth: "Disabled" },
        createMode: "Default",
    });
    new postgres.Database("db-database", {
        resourceGroupName,
        serverName: server.name,
        databaseName: "db",
        charset: "UTF8",
        collation: "en_US.utf8",
    });
    const endpoint = new network.PrivateEndpoint("db-endpoint", {
        ...place,
        privateEndpointName: "bench-db",
        subnet: { id: interpolate`${vnet.id}/subnets/endpoints` },
        privateLinkServiceConnections: [
            { name: "db", privateLinkServiceId: server.id, groupIds: ["postgresqlServer"] },
        ],
    });
    new network.PrivateDnsZoneGroup("db-dns", {
        resourceGroupName,
        privateEndpointName: endpoint.name,
        privateDnsZoneGroupName: "default",
        privateDnsZoneConfigs: [{ name: "postgres", privateDnsZoneId: zone.id }],
    });
    const url = interpolate`postgresql://app:${password.result}@${server.fullyQualifiedDomainName}:5432/db?sslmode=require`;
    return secret("db-url", { here, vault }, url, "text/uri");
}

function secret(name, { here, vault }, value, contentType) {
    const made = new keyvault.Secret(
        name,
        { ...here, vaultName: vault.name, secretName: name, properties: { value: pulumi.secret(value), contentType } },
        { retainOnDelete: true },
    );
    return pulumi.unsecret(made.properties.secretUriWithVersion);
}

function makeFront({ here }) {
    const profile = new cdn.Profile("front-profile", {
        ...here,
        profileName: "bench-front",
        location: "Global",
        sku: { name: "Standard_AzureFrontDoor" },
        originResponseTimeoutSeconds: 60,
    });
    const endpoint = new cdn.AFDEndpoint("front-endpoint", {
        ...here,
        profileName: profile.name,
        endpointName: "bench",
        location: "Global",
        enabledState: "Enabled",
        autoGeneratedDomainNameLabelScope: "TenantReuse",
    });
    return { profile, endpoint };
}

function makeApps(index, ground) {
    const { here, place, identity, environment, registry, puller, image, profile, endpoint } = ground;
    const { db, subscriptionId, namespace } = ground;
    const { resourceGroupName } = here;
    const queue = new servicebus.Queue(`mail-${index}-queue`, {
        resourceGroupName,
        namespaceName: namespace.name,
        queueName: `mail-${index}`,
        lockDuration: "PT60S",
        maxDeliveryCount: 5,
        defaultMessageTimeToLive: "P4D",
        deadLetteringOnMessageExpiration: false,
        enablePartitioning: false,
        maxSizeInMegabytes: 1024,
    });
    const binding = (name, right) => {
        const where = { resourceGroupName, namespaceName: namespace.name, queueName: queue.name };
        const rule = new servicebus.QueueAuthorizationRule(`${name}-rule-MAIL_QUEUE_URL`, {
            ...where,
            authorizationRuleName: name,
            rights: [right],
        });
        const { primaryKey } = servicebus.listQueueKeysOutput({ ...where, authorizationRuleName: rule.name });
        const url = pulumi
            .all([primaryKey, namespace.name, queue.name])
            .apply(
                ([key, host, path]) =>
                    `amqps://${name}:${encodeURIComponent(key)}@${host}.servicebus.windows.net:5671/${path}`,
            );
        return secret(`${name}-url-MAIL_QUEUE_URL`, ground, pulumi.secret(url), "text/uri");
    };
    const appPlace = { ...place, environmentId: environment.id, workloadProfileName: "Consumption" };
    const identities = { type: "UserAssigned", userAssignedIdentities: [identity.id] };
    const common = (secrets) => ({
        identitySettings: [{ identity: identity.id, lifecycle: "None" }],
        registries: [{ server: registry.loginServer, identity: identity.id }],
        secrets: Object.entries(secrets).map(([name, keyVaultUrl]) => ({ name, keyVaultUrl, identity: identity.id })),
    });

    const web = `web-${index}`;
    const webSecrets = {
        "database-url": db,
        "mail-queue-url": binding(web, "Send"),
        "session-key": secret(`${web}-secret-SESSION_KEY`, ground, pulumi.secret(`key-${index}`), "text/plain"),
    };
    const releaseId = pulumi
        .all([image.repoDigest, ...Object.values(webSecrets)])
        .apply((all) => all.join().slice(-12));
    const env = [
        { name: "FRONT_DOOR_ID", value: profile.frontDoorId },
        { name: "GREETING", value: "hello" },
        { name: "PORT", value: "8080" },
        { name: "RELEASE_ID", value: releaseId },
        { name: "DATABASE_URL", secretRef: "database-url" },
        { name: "MAIL_QUEUE_URL", secretRef: "mail-queue-url" },
        { name: "SESSION_KEY", secretRef: "session-key" },
    ];
    const size = { cpu: 0.5, memory: "1.0Gi" };
    const container = { name: web, image: image.repoDigest, env, resources: size };
    const job = new app.Job(
        `${web}-release-job`,
        {
            ...appPlace,
            jobName: `${web}-release`,
            identity: identities,
            configuration: {
                triggerType: "Manual",
                manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 },
                replicaTimeout: 600,
                replicaRetryLimit: 0,
                ...common(webSecrets),
            },
            template: { containers: [{ ...container, command: ["npm", "run", "migrate"] }] },
        },
        { dependsOn: puller },
    );
    const get = (path) => ({ path, port: 8080, scheme: "HTTP" });
    const template = {
        containers: [
            {
                ...container,
                command: ["/bin/sh", "-c", "exec node server.js"],
                probes: [
                    {
                        type: "Readiness",
                        httpGet: get("/readyz"),
                        periodSeconds: 10,
                        timeoutSeconds: 2,
                        failureThreshold: 3,
                    },
                    {
                        type: "Liveness",
                        httpGet: get("/healthz"),
                        periodSeconds: 10,
                        timeoutSeconds: 2,
                        failureThreshold: 6,
                    },
                    {
                        type: "Startup",
                        httpGet: get("/healthz"),
                        periodSeconds: 6,
                        timeoutSeconds: 2,
                        failureThreshold: 10,
                    },
                ],
            },
        ],
        scale: {
            minReplicas: 2,
            maxReplicas: 10,
            rules: [{ name: "cpu", custom: { type: "cpu", metadata: { type: "Utilization", value: "70" } } }],
        },
        terminationGracePeriodSeconds: 30,
    };
    const step = new steps.ArmStep(
        "AzureRelease",
        `${web}-release`,
        {
            managementUrl: "https://management.azure.com",
            subscriptionId,
            resourceGroup: resourceGroupName,
            owner: "bench/dev",
            ready: "",
            app: web,
            releaseId,
            startupSeconds: 60,
            stopTimeoutSeconds: 30,
            command: { job: `${web}-release`, timeoutSeconds: 600 },
            shift: {
                steps: [
                    { percent: 10, bakeSeconds: 60 },
                    { percent: 100, bakeSeconds: 0 },
                ],
                alarms: [],
            },
            desired: { ...common(webSecrets), template, identities: [identity.id] },
        },
        { dependsOn: job },
    );
    const made = new app.ContainerApp(
        `${web}-app`,
        {
            ...appPlace,
            containerAppName: web,
            identity: identities,
            configuration: {
                activeRevisionsMode: "Multiple",
                maxInactiveRevisions: 10,
                ...common(webSecrets),
                ingress: {
                    external: true,
                    targetPort: 8080,
                    transport: "auto",
                    allowInsecure: false,
                    traffic: [{ latestRevision: true, weight: 100 }],
                },
            },
            template,
        },
        { dependsOn: [step, puller] },
    );
    makeRoute(web, `/web-${index}`, { resourceGroupName, profile, endpoint, fqdn: made.configuration.ingress.fqdn });

    const mailer = `mailer-${index}`;
    new app.ContainerApp(
        `${mailer}-app`,
        {
            ...appPlace,
            containerAppName: mailer,
            identity: identities,
            configuration: {
                activeRevisionsMode: "Single",
                maxInactiveRevisions: 10,
                ...common({ "mail-queue-url": binding(mailer, "Listen") }),
            },
            template: {
                containers: [
                    {
                        name: mailer,
                        image: image.repoDigest,
                        command: ["work"],
                        env: [{ name: "MAIL_QUEUE_URL", secretRef: "mail-queue-url" }],
                        resources: { cpu: 0.25, memory: "0.5Gi" },
                    },
                ],
                scale: { minReplicas: 1, maxReplicas: 1 },
                terminationGracePeriodSeconds: 30,
            },
        },
        { dependsOn: puller },
    );
    new app.Job(
        `report-${index}-job`,
        {
            ...appPlace,
            jobName: `report-${index}`,
            identity: identities,
            configuration: {
                triggerType: "Schedule",
                scheduleTriggerConfig: { cronExpression: "0 6 * * 1", parallelism: 1, replicaCompletionCount: 1 },
                replicaTimeout: 900,
                replicaRetryLimit: 0,
                ...common(webSecrets),
            },
            template: { containers: [{ ...container, name: `report-${index}`, command: ["npm", "run", "report"] }] },
        },
        { dependsOn: made },
    );
}

function makeRoute(name, path, { resourceGroupName, profile, endpoint, fqdn }) {
    const place = { resourceGroupName, profileName: profile.name };
    const group = new cdn.AFDOriginGroup(`${name}-group`, {
        ...place,
        originGroupName: name,
        sessionAffinityState: "Disabled",
        loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3, additionalLatencyInMilliseconds: 50 },
    });
    const origin = new cdn.AFDOrigin(`${name}-origin`, {
        ...place,
        originGroupName: group.name,
        originName: name,
        hostName: fqdn,
        originHostHeader: fqdn,
        httpsPort: 443,
        enforceCertificateNameCheck: true,
        enabledState: "Enabled",
        priority: 1,
        weight: 1000,
    });
    new cdn.Route(
        `${name}-route`,
        {
            ...place,
            endpointName: endpoint.name,
            routeName: name,
            originGroup: { id: group.id },
            patternsToMatch: [path, `${path}/*`],
            supportedProtocols: ["Http", "Https"],
            httpsRedirect: "Enabled",
            forwardingProtocol: "HttpsOnly",
            linkToDefaultDomain: "Enabled",
            customDomains: [],
            enabledState: "Enabled",
        },
        { dependsOn: origin },
    );
}
