import { createHash } from "node:crypto";
import type { Recorded } from "./recording.js";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
const LOCATION = "westeurope";

/** What Azure answers for its resources, in a form that tests can rely on. */
export function azureState({ type, name, inputs }: Recorded): Record<string, unknown> | undefined {
    if (type === "pulumi-nodejs:dynamic/twelvefold:AzureServing") return { result: `${String(inputs.app)}--0000001` };
    if (/^pulumi-nodejs:dynamic\/twelvefold:Azure/.test(type)) return { result: "done" };
    const [, module, kind = ""] = /^azure-native:(\w+):(\w+)$/.exec(type) ?? [];
    if (module === undefined) return undefined;
    return { ...named(inputs, kind), ...(ANSWERS[`${module}:${kind}`]?.(inputs, name) ?? {}) };
}

type Inputs = Readonly<Record<string, unknown>>;

/** Every resource tells its name, whatever the input is called. */
function named(inputs: Inputs, kind: string): { name?: string } {
    const own = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Name`;
    const key = [own, NAME_INPUTS[kind] ?? ""].find((candidate) => typeof inputs[candidate] === "string");
    return key === undefined ? {} : { name: String(inputs[key]) };
}

const NAME_INPUTS: Readonly<Record<string, string>> = {
    UserAssignedIdentity: "resourceName",
    ManagedEnvironment: "environmentName",
    QueueAuthorizationRule: "authorizationRuleName",
    PrivateZone: "privateZoneName",
    AFDEndpoint: "endpointName",
    AFDOriginGroup: "originGroupName",
    AFDOrigin: "originName",
    AFDCustomDomain: "customDomainName",
    ScheduledQueryRule: "ruleName",
};

const ANSWERS: Readonly<Record<string, (inputs: Inputs, name: string) => Record<string, unknown>>> = {
    "resources:ResourceGroup": (inputs) => ({ location: inputs.location ?? LOCATION }),
    "managedidentity:UserAssignedIdentity": (_, name) => ({ principalId: guid(`principal ${name}`) }),
    "keyvault:Vault": (inputs) => ({
        properties: { ...(inputs.properties as object), vaultUri: `https://${inputs.vaultName}.vault.azure.net/` },
    }),
    "keyvault:Secret": (inputs) => {
        const uri = `https://${inputs.vaultName}.vault.azure.net/secrets/${inputs.secretName}`;
        const { value } = inputs.properties as { readonly value?: unknown };
        const version = sha256(JSON.stringify(value)).slice(0, 32);
        return { properties: { secretUri: uri, secretUriWithVersion: `${uri}/${version}` } };
    },
    "app:ManagedEnvironment": () => ({ defaultDomain: `happy.${LOCATION}.azurecontainerapps.io` }),
    "app:ContainerApp": (inputs) => {
        const configuration = inputs.configuration as { readonly ingress?: { readonly external?: boolean } };
        const { ingress } = configuration;
        const inside = ingress?.external === true ? "" : ".internal";
        const fqdn = `${inputs.containerAppName}${inside}.happy.${LOCATION}.azurecontainerapps.io`;
        return {
            latestReadyRevisionName: `${inputs.containerAppName}--0000001`,
            configuration: { ...configuration, ...(ingress === undefined ? {} : { ingress: { ...ingress, fqdn } }) },
        };
    },
    "containerregistry:Registry": (inputs) => ({ loginServer: `${inputs.registryName}.azurecr.io` }),
    "dbforpostgresql:Server": (inputs) => ({
        fullyQualifiedDomainName: `${inputs.serverName}.postgres.database.azure.com`,
    }),
    "operationalinsights:Workspace": (_, name) => ({ customerId: guid(`customer ${name}`) }),
    "cdn:Profile": (_, name) => ({ frontDoorId: guid(`front door ${name}`) }),
    "cdn:AFDEndpoint": (inputs) => ({ hostName: `${inputs.endpointName}-h0.z01.azurefd.net` }),
    "cdn:AFDCustomDomain": (_, name) => ({ validationProperties: { validationToken: sha256(name).slice(0, 32) } }),
};

/** What the provider answers about itself and about keys. Without a token nobody is logged in. */
export function azureCall(token: string, args: Record<string, unknown>): Record<string, unknown> | undefined {
    switch (token) {
        case "azure-native:authorization:getClientConfig":
            return {
                subscriptionId: SUBSCRIPTION,
                tenantId: guid("tenant"),
                clientId: guid("client"),
                objectId: guid("me"),
            };
        case "azure-native:authorization:getClientToken":
            return { token: "" };
        case "azure-native:servicebus:listQueueKeys":
            return {
                keyName: args.authorizationRuleName,
                primaryKey: createHash("sha256").update(JSON.stringify(args)).digest("base64"),
            };
        default:
            return undefined;
    }
}

function guid(text: string): string {
    return sha256(text)
        .slice(0, 32)
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
