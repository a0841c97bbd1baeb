import { Rule, type RuleArgs, RuleSet, type RuleSetArgs } from "@pulumi/azure-native/cdn";
import type * as pulumi from "@pulumi/pulumi";
import type { RouteRequest, Scope } from "../contract.js";
import { shortHash } from "../naming.js";
import { child } from "./child.js";
import { nameOf } from "./names.js";
import { partOf, routeOwner } from "./route-check.js";

interface Place {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly profileName: pulumi.Input<string>;
}

/** Rules apply in the order of their numbers, each number once in a set; apps of several stacks add to one. */
const ORDERS = 1_000_000;

/** The set of a route that apps add the rules of their countries to. */
export function makeRuleSet(scope: Scope, place: Place, route: RouteRequest, suffix: string): RuleSet {
    const ruleSetName = nameOf(scope, "rules", partOf("rules", route));
    return child(scope, "rule-set", { ...place, ruleSetName } satisfies RuleSetArgs, RuleSet, { suffix });
}

/** Sends the users of the route's countries to an origin group of this app, past the one of the route's owner. */
export function makeCountryRule(
    scope: Scope,
    place: Place,
    route: RouteRequest,
    groupId: pulumi.Input<string>,
    options: { readonly suffix: string; readonly dependsOn: pulumi.Resource[] },
): Rule {
    return child(
        scope,
        "country-rule",
        {
            ...place,
            ruleSetName: nameOf(routeOwner(scope, route), "rules", partOf("rules", route)),
            ruleName: nameOf(scope, "rules", partOf("country", route)),
            order: 1 + (Number.parseInt(shortHash(`${scope.project}/${scope.stack}/${scope.name}`, 8), 16) % ORDERS),
            matchProcessingBehavior: "Stop",
            conditions: [
                {
                    name: "RemoteAddress",
                    parameters: {
                        typeName: "DeliveryRuleRemoteAddressConditionParameters",
                        operator: "GeoMatch",
                        matchValues: [...route.countries],
                        negateCondition: false,
                        transforms: [],
                    },
                },
            ],
            actions: [
                {
                    name: "RouteConfigurationOverride",
                    parameters: {
                        typeName: "DeliveryRuleRouteConfigurationOverrideActionParameters",
                        originGroupOverride: { originGroup: { id: groupId }, forwardingProtocol: "HttpsOnly" },
                    },
                },
            ],
        } satisfies RuleArgs,
        Rule,
        options,
    );
}
