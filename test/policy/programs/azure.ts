import { example, type PublicProgram, resource, UNKNOWN } from "./program.js";

export const containerInstance: PublicProgram = {
    name: "container-instance",
    source: example("azure-py-aci"),
    resources: [
        resource("azure-native:resources:ResourceGroup", "resourceGroup"),
        resource("azure-native:containerinstance:ContainerGroup", "containerGroup", {
            resourceGroupName: UNKNOWN,
            osType: "Linux",
            containers: [
                {
                    name: "acilinuxpublicipcontainergroup",
                    image: "mcr.microsoft.com/azuredocs/aci-helloworld",
                    ports: [{ port: 80 }],
                    resources: { requests: { cpu: 1, memoryInGB: 1.5 } },
                },
            ],
            ipAddress: { ports: [{ port: 80, protocol: "Tcp" }], type: "Public" },
            restartPolicy: "always",
        }),
    ],
};

/** Its types are of a version that came before `app`; the same properties are given to what took their place. */
export const containerApps: PublicProgram = {
    name: "container-apps",
    source: example("azure-ts-containerapps"),
    resources: [
        resource("azure-native:resources:ResourceGroup", "rg"),
        resource("azure-native:operationalinsights:Workspace", "loganalytics", {
            resourceGroupName: UNKNOWN,
            sku: { name: "PerGB2018" },
            retentionInDays: 30,
        }),
        resource("azure-native:app:ManagedEnvironment", "env", {
            resourceGroupName: UNKNOWN,
            appLogsConfiguration: {
                destination: "log-analytics",
                logAnalyticsConfiguration: { customerId: UNKNOWN, sharedKey: UNKNOWN },
            },
        }),
        resource("azure-native:containerregistry:Registry", "registry", {
            resourceGroupName: UNKNOWN,
            sku: { name: "Basic" },
            adminUserEnabled: true,
        }),
        resource("docker:index/image:Image", "node-app", {
            imageName: UNKNOWN,
            build: { context: "./node-app" },
            registry: { server: UNKNOWN, username: UNKNOWN, password: UNKNOWN },
        }),
        resource("azure-native:app:ContainerApp", "app", {
            resourceGroupName: UNKNOWN,
            managedEnvironmentId: UNKNOWN,
            configuration: {
                ingress: { external: true, targetPort: 80 },
                registries: [{ server: UNKNOWN, username: UNKNOWN, passwordSecretRef: "pwd" }],
                secrets: [{ name: "pwd", value: UNKNOWN }],
            },
            template: { containers: [{ name: "myapp", image: "registry.azurecr.io/node-app:v1.0.0" }] },
        }),
    ],
};
