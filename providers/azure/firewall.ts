import { SecurityPolicy, type SecurityPolicyArgs } from "@pulumi/azure-native/cdn";
import { Policy, type PolicyArgs } from "@pulumi/azure-native/frontdoor";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerRequest, Scope } from "../contract.js";
import { child } from "./child.js";
import { placeOf } from "./handles.js";
import { nameOf } from "./names.js";
import { tagsOf } from "./settings.js";

/** Blocks every address that is not admitted, on the endpoint and on every domain. */
export function makeFirewall(
    scope: Scope,
    { allowedCidrs }: LoadBalancerRequest,
    profileName: pulumi.Input<string>,
    fronts: readonly pulumi.Input<string>[],
): void {
    if (Array.isArray(allowedCidrs) && allowedCidrs.length === 0) return;
    const { resourceGroupName } = placeOf(scope);
    const policy = child(
        scope,
        "waf",
        {
            resourceGroupName,
            policyName: `waf${nameOf(scope, "policy")}`,
            location: "Global",
            sku: { name: "Standard_AzureFrontDoor" },
            policySettings: { enabledState: "Enabled", mode: "Prevention" },
            customRules: {
                rules: pulumi.output(allowedCidrs).apply((cidrs) => (cidrs.length === 0 ? [] : [admit(cidrs)])),
            },
            tags: tagsOf(scope),
        } satisfies PolicyArgs,
        Policy,
    );
    child(
        scope,
        "waf-policy",
        {
            resourceGroupName,
            profileName,
            securityPolicyName: nameOf(scope, "part", "waf"),
            parameters: {
                type: "WebApplicationFirewall",
                wafPolicy: { id: policy.id },
                associations: [{ domains: fronts.map((id) => ({ id })), patternsToMatch: ["/*"] }],
            },
        } satisfies SecurityPolicyArgs,
        SecurityPolicy,
    );
}

function admit(cidrs: readonly string[]) {
    return {
        name: "admitted",
        priority: 1,
        ruleType: "MatchRule",
        enabledState: "Enabled",
        action: "Block",
        // The address of the connection, not one that a header claims.
        matchConditions: [
            { matchVariable: "SocketAddr", operator: "IPMatch", negateCondition: true, matchValue: [...cidrs] },
        ],
    };
}
