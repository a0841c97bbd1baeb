import { ServiceAccount, type ServiceAccountArgs } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ground } from "./handles.js";
import { type Component, objectLabels } from "./labels.js";

/** The identity of an app: one of its own, without a token and without rights. */
export function makeAccount(scope: Scope, component: Component): pulumi.Output<string> {
    const { name } = scope;
    const account = scope.child(
        "account",
        {
            metadata: { name, namespace: ground(scope, "namespace"), labels: objectLabels(scope, component) },
            automountServiceAccountToken: false,
            imagePullSecrets: ground(scope, "pull").apply((pull) => (pull === undefined ? [] : [{ name: pull }])),
        },
        (child, args: ServiceAccountArgs, opts) => new ServiceAccount(child, args, opts),
    );
    return account.urn.apply(() => name);
}
