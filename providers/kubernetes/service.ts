import { Service, type ServiceArgs } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { SKIP_AWAIT } from "./await.js";
import { ground } from "./handles.js";
import { type LabelInputs, objectLabels } from "./labels.js";

export interface ServiceOptions {
    readonly selector: LabelInputs;
    readonly dependsOn: pulumi.Resource[];
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The address of an app inside the cluster: port 80, whatever the process listens on. */
export function makeService(scope: Scope, key: string, name: string, options: ServiceOptions): Service {
    return scope.child(
        key,
        {
            metadata: {
                name,
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, "web"),
                annotations: { ...SKIP_AWAIT, ...options.annotations },
            },
            spec: {
                type: "ClusterIP",
                selector: options.selector,
                ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP", appProtocol: "http" }],
            },
        },
        (child, args: ServiceArgs, opts) => new Service(child, args, opts),
        { dependsOn: options.dependsOn },
    );
}
