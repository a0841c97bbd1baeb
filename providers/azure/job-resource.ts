import { Job, type JobArgs } from "@pulumi/azure-native/app";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { type ContainerInputs, containerOf, identityOf, type SecretInput, secretsOf } from "./container.js";
import { nameOf } from "./names.js";
import { workloadTags } from "./settings.js";
import { CONSUMPTION } from "./size.js";

export interface JobInputs {
    readonly place: { readonly location: pulumi.Input<string>; readonly resourceGroupName: pulumi.Input<string> };
    readonly environmentId: pulumi.Input<string>;
    readonly identityId: pulumi.Input<string>;
    readonly registries: pulumi.Input<readonly { readonly server: string; readonly identity: string }[]>;
    readonly secretRefs: pulumi.Input<readonly SecretInput[]>;
    readonly container: ContainerInputs;
    readonly workloadProfile?: pulumi.Input<string>;
    readonly timeoutSeconds: pulumi.Input<number>;
    readonly retries: pulumi.Input<number>;
    /** Cron expression, in UTC; without one somebody starts it. */
    readonly schedule?: string;
    readonly dependsOn: readonly pulumi.Resource[];
}

/** A Container Apps job: a command that ends. */
export function makeJob(scope: Scope, key: string, inputs: JobInputs): Job {
    const { identity, identitySettings } = identityOf({ platform: inputs.identityId });
    const once = { parallelism: 1, replicaCompletionCount: 1 };
    const { schedule } = inputs;
    return child(
        scope,
        key,
        {
            ...inputs.place,
            jobName: nameOf(scope, "app", key),
            environmentId: inputs.environmentId,
            workloadProfileName: inputs.workloadProfile ?? CONSUMPTION,
            identity,
            configuration: {
                ...(schedule === undefined
                    ? { triggerType: "Manual", manualTriggerConfig: once }
                    : {
                          triggerType: "Schedule",
                          scheduleTriggerConfig: { cronExpression: schedule.trim().split(/\s+/).join(" "), ...once },
                      }),
                replicaTimeout: inputs.timeoutSeconds,
                replicaRetryLimit: inputs.retries,
                identitySettings,
                registries: pulumi.output(inputs.registries).apply((known) => [...known]),
                secrets: secretsOf(inputs.secretRefs, inputs.identityId),
            },
            template: { containers: [containerOf(inputs.container)] },
            tags: workloadTags(scope),
        } satisfies JobArgs,
        Job,
        { dependsOn: [...inputs.dependsOn] },
    );
}
