/** The kinds that the components need beyond Kubernetes' own, from the operators' published modules. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { goSources } from "../go-tools.js";
import { until } from "../until.js";
import type { ApiClient } from "./client.js";
import { ApiError } from "./http.js";
import { type ApiObject, isTrue } from "./objects.js";

export interface Source {
    readonly module: string;
    readonly version: string;
    /** As go.sum has it. */
    readonly sum: string;
    readonly folder: string;
}

export const SOURCES: readonly Source[] = [
    {
        module: "sigs.k8s.io/gateway-api",
        version: "v1.6.3",
        sum: "h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=",
        folder: "config/crd/standard",
    },
    {
        module: "github.com/cloudnative-pg/cloudnative-pg",
        version: "v1.30.0",
        sum: "h1:fnhVq44xXx97MNiuvJsPrX1vSjYbgdyBK5MSGfdHdp0=",
        folder: "config/crd/bases",
    },
    {
        module: "github.com/rabbitmq/cluster-operator/v2",
        version: "v2.22.1",
        sum: "h1:sZo4DBRs1fCdffLYU3RlJTB/9oeWaLtDIYcuZL1ijlw=",
        folder: "config/crd/bases",
    },
    {
        module: "github.com/rabbitmq/messaging-topology-operator",
        version: "v1.20.1",
        sum: "h1:luvT/zMd7QhCC+3FU9AXNt92y3JKUzKJXH/Ms25gelY=",
        folder: "config/crd/bases",
    },
    {
        module: "github.com/kedacore/keda/v2",
        version: "v2.21.0",
        sum: "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
        folder: "config/crd/bases",
    },
    {
        module: "github.com/cert-manager/cert-manager",
        version: "v1.19.1",
        sum: "h1:Txh8L/nLWTDcb7ZnXuXbTe15BxQnLbLirXmbNk0fGgY=",
        folder: "deploy/crds",
    },
];

/** Plurals of the kinds that the components use; the modules define more, and each takes the API server a while. */
const USED = new Set([
    "gateways",
    "httproutes",
    "referencegrants",
    "clusters",
    "databases",
    "scheduledbackups",
    "rabbitmqclusters",
    "queues",
    "exchanges",
    "bindings",
    "policies",
    "users",
    "permissions",
    "scaledobjects",
    "triggerauthentications",
    "certificates",
    "clusterissuers",
]);

/**
 * The one definition that no module has here (github.com/cloudnative-pg/plugin-barman-cloud is refused by the proxy). It
 * holds the fields that we set and nothing else, so that it refuses a misspelt one; it proves nothing about the plugin.
 */
const OBJECT_STORE: ApiObject = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "objectstores.barmancloud.cnpg.io" },
    spec: {
        group: "barmancloud.cnpg.io",
        scope: "Namespaced",
        names: { kind: "ObjectStore", listKind: "ObjectStoreList", plural: "objectstores", singular: "objectstore" },
        versions: [
            {
                name: "v1",
                served: true,
                storage: true,
                schema: {
                    openAPIV3Schema: {
                        type: "object",
                        required: ["spec"],
                        properties: {
                            spec: {
                                type: "object",
                                required: ["configuration"],
                                properties: {
                                    retentionPolicy: { type: "string", pattern: "^[1-9][0-9]*[dwm]$" },
                                    configuration: {
                                        type: "object",
                                        required: ["destinationPath"],
                                        properties: {
                                            destinationPath: { type: "string", minLength: 1 },
                                            endpointURL: { type: "string" },
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        ],
    },
};

/** Defines all of them and waits until the API server serves them. */
export async function defineKinds(client: ApiClient): Promise<void> {
    const found = await Promise.all(SOURCES.map(definitionsIn));
    const definitions = [...found.flat(), OBJECT_STORE];
    await Promise.all(definitions.map((definition) => client.apply(definition)));
    for (const definition of definitions) {
        await client.waitFor(definition, "established", (live) => isTrue(live, "Established"));
    }
    client.kinds.forget();
    for (const { apiVersion, kind } of await client.kinds.every()) {
        const defined = definitions.some(({ spec }) => apiVersion.startsWith(`${spec?.group}/`));
        if (defined) await until(() => isServed(client, apiVersion, kind));
    }
}

/** For a moment after its definition a kind is known but "storage is (re)initializing". */
async function isServed(client: ApiClient, apiVersion: string, kind: string): Promise<boolean> {
    try {
        await client.list(apiVersion, kind);
        return true;
    } catch (error) {
        if (error instanceof ApiError && error.status === 429) return false;
        throw error;
    }
}

async function definitionsIn({ module, version, sum, folder }: Source): Promise<readonly ApiObject[]> {
    const base = path.join(await goSources(module, version, sum), folder);
    return readdirSync(base)
        .filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml")
        .flatMap((file) => parseAllDocuments(readFileSync(path.join(base, file), "utf8")))
        .map((document) => document.toJS() as ApiObject | null)
        .filter((object): object is ApiObject => object?.kind === "CustomResourceDefinition")
        .filter(({ metadata }) => USED.has(metadata.name.split(".")[0] ?? ""));
}
