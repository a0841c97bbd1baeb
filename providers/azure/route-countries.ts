import { Rule, type RuleArgs, RuleSet, type RuleSetArgs } from "@pulumi/azure-native/cdn";
import type * as pulumi from "@pulumi/pulumi";
import type { RouteRequest, Scope } from "../contract.js";
import { shortHash } from "../naming.js";
import { child } from "./child.js";
import { nameOf, type Owner } from "./names.js";
import { partOf, routeOwner, suffixOf } from "./route-check.js";

interface Place {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly profileName: pulumi.Input<string>;
}

/** Rules apply in the order of their numbers, each number once in a set; apps of several stacks add to one. */
const ORDERS = 1_000_000;

/** Who has the route has its set. */
const ruleSetNameOf = (owner: Owner, route: RouteRequest) => nameOf(owner, "rules", partOf("rules", route));

/** The set of a route that apps add the rules of their countries to. */
export function makeRuleSet(scope: Scope, place: Place, route: RouteRequest): RuleSet {
    const args = { ...place, ruleSetName: ruleSetNameOf(scope, route) } satisfies RuleSetArgs;
    return child(scope, "rule-set", args, RuleSet, { suffix: suffixOf(route) });
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
            ruleSetName: ruleSetNameOf(routeOwner(scope, route), route),
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
