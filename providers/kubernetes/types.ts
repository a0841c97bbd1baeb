/**
 * The types of the Kubernetes target's children, for `transform`. Importing this module, for its types only, makes
 * `transform: { kubernetes: … }` know them: `import type {} from "twelvefold/kubernetes"`.
 *
 * @packageDocumentation
 */
import type { ImageArgs } from "@pulumi/docker";
import type { DeploymentArgs } from "@pulumi/kubernetes/apps/v1";
import type { HorizontalPodAutoscalerArgs } from "@pulumi/kubernetes/autoscaling/v2";
import type { CronJobArgs, JobArgs } from "@pulumi/kubernetes/batch/v1";
import type {
    ConfigMapArgs,
    LimitRangeArgs,
    NamespaceArgs,
    ResourceQuotaArgs,
    SecretArgs,
    ServiceAccountArgs,
    ServiceArgs,
} from "@pulumi/kubernetes/core/v1";
import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1";
import type { RoleArgs, RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1";
import type { RandomPasswordArgs } from "@pulumi/random";
// Named so that it is part of this project, which adds to it below.
import type {} from "../child-inputs.js";
import type { ManifestArgs } from "./manifest.js";

export type { PlatformRecord } from "./record.js";

interface BrokerUserInputs {
    password: RandomPasswordArgs;
    credentials: SecretArgs;
    user: ManifestArgs;
    permission: ManifestArgs;
}

/** Children by kind and key. */
export interface KubernetesChildInputs {
    Platform: {
        namespace: NamespaceArgs;
        quota: ResourceQuotaArgs;
        limits: LimitRangeArgs;
        deny: NetworkPolicyArgs;
        dns: NetworkPolicyArgs;
        ca: ConfigMapArgs;
        pull: SecretArgs;
        build: ImageArgs;
        broker: ManifestArgs;
        "broker-certificate": ManifestArgs;
        "broker-policy": NetworkPolicyArgs;
    };
    Database: {
        password: RandomPasswordArgs;
        app: SecretArgs;
        server: ManifestArgs;
        policy: NetworkPolicyArgs;
        store: ManifestArgs;
        cluster: ManifestArgs;
        backup: ManifestArgs;
        extensions: ManifestArgs;
    };
    Queue: {
        queue: ManifestArgs;
        dead: ManifestArgs;
        exchange: ManifestArgs;
        binding: ManifestArgs;
        policy: ManifestArgs;
    };
    LoadBalancer: { gateway: ManifestArgs; certificate: ManifestArgs; redirect: ManifestArgs };
    App: BrokerUserInputs & {
        account: ServiceAccountArgs;
        policy: NetworkPolicyArgs;
        secrets: SecretArgs;
        release: JobArgs;
        app: DeploymentArgs;
        service: ServiceArgs;
        next: ServiceArgs;
        shift: JobArgs;
        "shift-script": ConfigMapArgs;
        "shift-account": ServiceAccountArgs;
        "shift-role": RoleArgs;
        "shift-binding": RoleBindingArgs;
        "shift-policy": NetworkPolicyArgs;
        route: ManifestArgs;
        grant: ManifestArgs;
        budget: PodDisruptionBudgetArgs;
        scaler: HorizontalPodAutoscalerArgs | ManifestArgs;
        measure: SecretArgs;
        authentication: ManifestArgs;
    };
    Job: { account: ServiceAccountArgs; policy: NetworkPolicyArgs; job: CronJobArgs | JobArgs };
}

declare module "../child-inputs.js" {
    interface ChildInputs {
        /** Objects in the cluster. */
        kubernetes: KubernetesChildInputs;
    }
}
