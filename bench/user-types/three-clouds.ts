/** The peer of the type check: one program for three clouds, written on their own SDKs, imported by their roots. */
import * as aws from "@pulumi/aws";
import * as azure from "@pulumi/azure-native";
import * as kubernetes from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";

const config = new Config();

function onAws() {
    const group = new aws.cloudwatch.LogGroup("web", { retentionInDays: 14 });
    const queue = new aws.sqs.Queue("mail", { visibilityTimeoutSeconds: 60 });
    return { logs: group.name, queue: queue.url };
}

function onAzure() {
    const group = new azure.resources.ResourceGroup("shop");
    const logs = new azure.operationalinsights.Workspace("logs", {
        resourceGroupName: group.name,
        retentionInDays: 30,
    });
    return { logs: logs.name, queue: group.name };
}

function onKubernetes() {
    const namespace = new kubernetes.core.v1.Namespace("shop");
    const settings = new kubernetes.core.v1.ConfigMap("settings", {
        metadata: { namespace: namespace.metadata.name },
        data: { LOG_LEVEL: "info" },
    });
    return { logs: settings.metadata.name, queue: namespace.metadata.name };
}

const targets = new Map([
    ["aws", onAws],
    ["azure", onAzure],
    ["kubernetes", onKubernetes],
]);
const made = targets.get(config.require("target"))?.();
export const logs = made?.logs;
export const queue = made?.queue;
