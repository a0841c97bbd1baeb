import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Scope } from "../contract.js";
import { ground } from "./handles.js";
import { DynamicResource } from "./resource/dynamic.js";
import type { ServingInputs } from "./resource/inputs.js";
import { rolloutSeconds } from "./service.js";
import { settingsOf } from "./settings.js";

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<NonNullable<T[K]> | undefined> };

/** The judge of a rollout: it is done when the declared task definition serves, and fails when ECS has gone back. */
export class Serving extends DynamicResource {
    /** ARN of the task definition that serves. */
    readonly served!: pulumi.Output<string>;

    constructor(name: string, args: Inputs<ServingInputs>, opts: pulumi.CustomResourceOptions) {
        super({ type: "EcsServing", provider: "serving" }, name, args, ["served"], opts);
    }
}

export function makeServing(
    scope: Scope,
    request: AppRequest,
    service: { readonly name: pulumi.Output<string>; readonly taskDefinition: pulumi.Output<string> },
    dependsOn: pulumi.Resource,
): Serving {
    return scope.child(
        "serving",
        {
            ...accessOf(scope),
            app: scope.name,
            cluster: ground(scope, "clusterArn"),
            service: service.name,
            taskDefinition: service.taskDefinition,
            timeoutSeconds: rolloutSeconds(request),
        },
        (name, args: Inputs<ServingInputs>, opts) => new Serving(name, args, opts),
        { dependsOn },
    );
}

/** How the dynamic resources of a component call AWS. */
export function accessOf(scope: Scope): { readonly region: pulumi.Output<string>; readonly profile?: string } {
    const profile = settingsOf(scope).awsProfile ?? new pulumi.Config("aws").get("profile");
    return { region: ground(scope, "region"), ...(profile === undefined ? {} : { profile }) };
}
