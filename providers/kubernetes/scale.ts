import { HorizontalPodAutoscaler, type HorizontalPodAutoscalerArgs } from "@pulumi/kubernetes/autoscaling/v2";
import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Attachment, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import type { Policy } from "./autoscaler.js";
import { waitFor } from "./await.js";
import { factsOf } from "./facts.js";
import { field, ground, recordOf } from "./handles.js";
import { type Component, objectLabels } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";
import { need } from "./record.js";
import { queueTrigger } from "./scale-queue.js";
import { type Trigger, triggersOf } from "./scale-triggers.js";

/** What an app is scaled by. */
export interface Scaled {
    readonly autoscaler: Attachment<"Autoscaler">;
    readonly component: Component;
    /** Name of the Deployment. */
    readonly deployment: pulumi.Output<string>;
    readonly routes: AppRequest["routes"];
}

/** The number of replicas that an app starts with; later ones are the autoscaler's business. */
export function firstReplicas(autoscaler: Attachment<"Autoscaler">): pulumi.Input<number> {
    const known = factsOf(autoscaler)?.request;
    // Never none: a release that starts no replica would look as if it worked.
    const first = ({ minReplicas }: Pick<Policy, "minReplicas">) => Math.max(1, minReplicas);
    return known ? first(known) : policyOf(autoscaler).apply(first);
}

/** Makes the one object that scales an app: an HPA where the kubelet's own metrics are enough, else KEDA. */
export function scale(scope: Scope, scaled: Scaled): void {
    const known = factsOf(scaled.autoscaler)?.request;
    if (known) check(scope, known, scaled);
    const others =
        known === undefined ||
        known.queueBacklogPerReplica !== undefined ||
        known.requestsPerSecondPerReplica !== undefined ||
        known.schedules.length > 0;
    if (others) makeScaledObject(scope, scaled);
    else makeHpa(scope, scaled, { ...known, measuresQueue: false });
}

function policyOf(autoscaler: Attachment<"Autoscaler">): pulumi.Output<Policy> {
    return field<{ readonly policy: Policy }, "policy">(autoscaler, "policy");
}

type Checked = Pick<
    Policy,
    "scaleToZero" | "schedules" | "cpuPercent" | "memoryPercent" | "requestsPerSecondPerReplica"
>;

/** @throws ProgramError for what the autoscaler and the app cannot be together */
function check(
    scope: Scope,
    policy: Checked & { readonly queueBacklogPerReplica?: unknown },
    { autoscaler, routes }: Scaled,
): void {
    const where = `App "${scope.name}" with Autoscaler "${autoscaler.name}"`;
    const measured = policy.queueBacklogPerReplica !== undefined;
    if (policy.scaleToZero && routes.length > 0) {
        throw new ProgramError(
            `${where}: scaleToZero and a route. Nothing holds a request while an app starts from zero; keep one replica.`,
        );
    }
    if (policy.scaleToZero && !measured && policy.schedules.length === 0) {
        throw new ProgramError(
            `${where}: scaleToZero. Nothing measures a replica that does not run; add a queue or a schedule.`,
        );
    }
    const others = [policy.cpuPercent, policy.memoryPercent, policy.requestsPerSecondPerReplica];
    if (policy.schedules.length === 1 && !measured && others.every((signal) => signal === undefined)) {
        throw new ProgramError(
            `${where}: its one schedule holds from its first time on for ever. Add the schedule that ends it, or set minReplicas.`,
        );
    }
}

const PERIOD_SECONDS = 15;

/** Kubernetes' own defaults, with the cooldowns that were asked for. */
function behaviorOf(policy: Policy): input.autoscaling.v2.HorizontalPodAutoscalerBehavior {
    const percent = { type: "Percent", value: 100, periodSeconds: PERIOD_SECONDS };
    return {
        scaleUp: {
            stabilizationWindowSeconds: policy.scaleOutCooldownSeconds,
            selectPolicy: "Max",
            policies: [percent, { type: "Pods", value: 4, periodSeconds: PERIOD_SECONDS }],
        },
        scaleDown: { stabilizationWindowSeconds: policy.scaleInCooldownSeconds, policies: [percent] },
    };
}

function makeHpa(scope: Scope, scaled: Scaled, policy: Policy): void {
    const who = `App "${scope.name}" with Autoscaler "${scaled.autoscaler.name}"`;
    const metric = (name: string, averageUtilization: number) => ({
        type: "ContainerResource",
        containerResource: { name, container: scope.name, target: { type: "Utilization", averageUtilization } },
    });
    scope.child(
        "scaler",
        {
            metadata: metadataOf(scope, scaled),
            spec: {
                scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: scaled.deployment },
                minReplicas: policy.minReplicas,
                maxReplicas: policy.maxReplicas,
                metrics: recordOf(scope).apply((record) => {
                    need(record, "metricsServer", who);
                    return [
                        ...(policy.cpuPercent === undefined ? [] : [metric("cpu", policy.cpuPercent)]),
                        ...(policy.memoryPercent === undefined ? [] : [metric("memory", policy.memoryPercent)]),
                    ];
                }),
                behavior: behaviorOf(policy),
            },
        },
        (child, args: HorizontalPodAutoscalerArgs, opts) => new HorizontalPodAutoscaler(child, args, opts),
    );
}

function metadataOf(scope: Scope, { component }: Scaled): input.meta.v1.ObjectMeta {
    return { name: scope.name, namespace: ground(scope, "namespace"), labels: objectLabels(scope, component) };
}

function makeScaledObject(scope: Scope, scaled: Scaled): void {
    const { autoscaler } = scaled;
    const known = factsOf(autoscaler)?.request;
    const who = `App "${scope.name}" with Autoscaler "${autoscaler.name}"`;
    const backlog = known?.queueBacklogPerReplica;
    const queue = backlog === undefined ? undefined : queueTrigger(scope, backlog);
    const policy: pulumi.Output<Policy> = known
        ? pulumi.output<Policy>({ ...known, measuresQueue: backlog !== undefined })
        : policyOf(autoscaler).apply((imported) => {
              check(scope, { ...imported, queueBacklogPerReplica: imported.measuresQueue || undefined }, scaled);
              if (!imported.measuresQueue) return imported;
              throw new ProgramError(
                  `${who}: it belongs to another stack and measures a queue, which needs a login of this app's own. ` +
                      "Declare the Autoscaler in this program.",
              );
          });
    const spec = pulumi
        .all([policy, recordOf(scope), ground(scope, "namespace"), queue])
        .apply(([policy, record, namespace, queue]) => {
            need(record, "keda", who);
            const triggers = [
                ...triggersOf(policy, { record, namespace, name: scope.name, who }),
                ...(queue === undefined ? [] : [queue]),
            ];
            return specOf(scope, policy, triggers);
        });
    scope.child(
        "scaler",
        {
            apiVersion: "keda.sh/v1alpha1",
            kind: "ScaledObject",
            metadata: { ...metadataOf(scope, scaled), annotations: waitFor("condition=Ready", 300) },
            spec: pulumi
                .all([spec, scaled.deployment])
                .apply(([known, name]) => ({ scaleTargetRef: { name }, ...known })),
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
    );
}

function specOf(scope: Scope, policy: Policy, triggers: readonly Trigger[]): Readonly<Record<string, unknown>> {
    const only = policy.schedules.length === 1 ? policy.schedules[0] : undefined;
    // One schedule alone holds always.
    const fewest = Math.max(policy.minReplicas, only?.minReplicas ?? 0);
    const external = triggers.some(({ type }) => type !== "cpu" && type !== "memory" && type !== "cron");
    return {
        minReplicaCount: fewest,
        maxReplicaCount: policy.maxReplicas,
        pollingInterval: 30,
        cooldownPeriod: policy.scaleInCooldownSeconds,
        ...(external
            ? { fallback: { failureThreshold: 3, replicas: Math.max(1, fewest), behavior: "currentReplicasIfHigher" } }
            : {}),
        advanced: { horizontalPodAutoscalerConfig: { name: scope.name, behavior: behaviorOf(policy) } },
        triggers,
    };
}
