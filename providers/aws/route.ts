import { ListenerRule, type ListenerRuleArgs } from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, RouteRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { shortHash } from "../naming.js";
import { child } from "./child.js";
import { type AppHandle, field, type LoadBalancerHandle } from "./handles.js";
import { conditionsOf, rewriteOf } from "./route-match.js";
import { takePriority } from "./rule-priority.js";
import { tagsOf } from "./tags.js";
import type { Targets } from "./target-group.js";

/** Makes the rules of an app's routes; without one its target groups belong to no load balancer. */
export function makeRules(
    scope: Scope,
    routes: readonly RouteRequest[],
    targets: readonly Targets[],
): readonly { readonly balancer: Attachment<"LoadBalancer">; readonly rule: ListenerRule }[] {
    return targets.flatMap((target) => {
        const { balancer } = target;
        const own = routes.filter(({ loadBalancer }) => loadBalancer === balancer);
        // A rule of ECS's goes with one pair of groups, so that all paths share it.
        const rules = target.alternate === undefined ? own.map((route) => [route]) : [own];
        return rules.map((group) => ({ balancer, rule: makeRule(scope, group, target) }));
    });
}

function makeRule(scope: Scope, routes: readonly RouteRequest[], target: Targets): ListenerRule {
    const { balancer, main, alternate } = target;
    const [first] = routes;
    if (first === undefined) throw new Error(`App "${scope.name}" has a target group without a route.`);
    const { host, path, otherwise } = first;
    const priorities = (scope.options.priorities ?? {}) as Readonly<Record<string, number>>;
    const match = { ...(host === undefined ? {} : { host }), path, shares: otherwise !== undefined };
    const transforms = routes.some(({ stripPrefix }) => stripPrefix)
        ? [{ type: "url-rewrite", urlRewriteConfig: { rewrite: rewriteOf(routes) } }]
        : [];
    const args: ListenerRuleArgs = {
        listenerArn: field<LoadBalancerHandle, "listenerArn">(balancer, "listenerArn"),
        priority: takePriority(balancer, match, priorities[path]),
        conditions: conditionsOf(routes),
        actions: [
            alternate === undefined
                ? forward([{ arn: main.arn, weight: first.percent ?? 100 }, ...restOf(scope, first)])
                : forward([
                      { arn: main.arn, weight: 100 },
                      { arn: alternate.arn, weight: 0 },
                  ]),
        ],
        ...(transforms.length > 0 ? { transforms } : {}),
        tags: tagsOf(scope),
    };
    const opts: pulumi.CustomResourceOptions =
        alternate === undefined
            ? {}
            : {
                  // From the first rollout on the weights are ECS's.
                  ignoreChanges: ["actions"],
                  replacementTrigger: pulumi.all([main.port, main.vpcId]).apply((parts) => parts.join(" ")),
                  deleteBeforeReplace: true,
              };
    return child(scope, ListenerRule, "rule", args, opts, ruleSuffix(first));
}

/** Names a rule by what it matches: another weight is no other rule. */
function ruleSuffix({ loadBalancer, host, path }: RouteRequest): string {
    return shortHash(`${loadBalancer.name} ${host ?? ""} ${path}`, 8);
}

interface Weighted {
    readonly arn: pulumi.Input<string>;
    readonly weight: number;
}

function forward(targetGroups: Weighted[]) {
    return { type: "forward", forward: { targetGroups } };
}

/** The group of the app that keeps the rest. */
function restOf(scope: Scope, { otherwise, loadBalancer, percent = 100 }: RouteRequest): readonly Weighted[] {
    if (otherwise === undefined) return [];
    const groups = field<AppHandle, "targetGroups">(otherwise, "targetGroups");
    const key = field<{ readonly key: string }, "key">(loadBalancer, "key");
    const strategy = field<AppHandle, "rollout">(otherwise, "rollout");
    const arn = pulumi.all([groups, key, strategy]).apply(([known, balancer, rollout]) => {
        if (rollout !== "rolling")
            throw new ProgramError(`App "${scope.name}": otherwise is App "${otherwise.name}". ${NO_SPLIT}`);
        const found = known.find(({ loadBalancerKey }) => loadBalancerKey === balancer);
        if (found !== undefined) return found.arn;
        throw new ProgramError(
            `App "${scope.name}": otherwise is App "${otherwise.name}", which has no route on LoadBalancer ` +
                `"${loadBalancer.name}"; give it one, or name another app.`,
        );
    });
    return [{ arn, weight: 100 - percent }];
}

export const NO_SPLIT =
    "Amazon ECS rewrites the weights of a route during a rollout, so a split between two apps needs rollout: rolling on both.";
