import { getClientTokenOutput } from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { once } from "../shared.js";
import { keepToken } from "./arm/token-file.js";
import { ground } from "./handles.js";
import type { Target } from "./resource/inputs.js";
import { settingsOf } from "./settings.js";

export const MANAGEMENT_URL = "https://management.azure.com";
/** Tokens live for an hour or more. */
const RENEW_MILLISECONDS = 20 * 60_000;

/** What every awaited step needs to speak to the management API as the provider of this stack does. */
export function armTarget(scope: Scope): { readonly [N in keyof Target]: pulumi.Input<NonNullable<Target[N]>> } {
    return {
        managementUrl: settingsOf(scope).managementUrl ?? MANAGEMENT_URL,
        subscriptionId: ground(scope, "subscriptionId"),
        resourceGroup: ground(scope, "resourceGroup"),
        owner: `${scope.project}/${scope.stack}`,
        ready: once(scope, "token", shareToken),
    };
}

/**
 * Hands the provider's token to the steps in a file that only this user reads: as an input it would stand in the state,
 * and change with every update.
 */
function shareToken(scope: Scope): pulumi.Output<string> {
    if (pulumi.runtime.isDryRun()) return pulumi.output("");
    const owner = `${scope.project}/${scope.stack}`;
    const current = () => getClientTokenOutput({}, { parent: scope.component });
    return pulumi.unsecret(
        current().apply(({ token }) => {
            if (token) keepToken(owner, token, RENEW_MILLISECONDS, () => tokenIn(current()));
            return "";
        }),
    );
}

function tokenIn(output: pulumi.Output<{ readonly token: string }>): Promise<string> {
    return new Promise((resolve) => output.apply(({ token }) => resolve(token)));
}
