import type { LoadBalancer } from "@pulumi/aws/lb";
import { Record, type RecordArgs } from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerRequest, Scope } from "../contract.js";
import { child } from "./child.js";
import type { Domain } from "./domain.js";
import { ground } from "./handles.js";

/** How Route 53 chooses among the records of one name; none where there is one region. */
type Choice = Pick<RecordArgs, "setIdentifier" | "latencyRoutingPolicies" | "geolocationRoutingPolicies">;

/** Where users of no other region go. */
const OTHERS = "*";

/** Records that lead to a load balancer. Each region's stack writes its own under one name; sick ones are left out. */
export function makeRecords(
    scope: Scope,
    request: LoadBalancerRequest,
    balancer: LoadBalancer,
    { name, aliases, zoneId }: Domain,
): readonly Record[] {
    if (zoneId === undefined) return [];
    const target = { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true };
    const names = [name, ...aliases].map((name, index) => ({ name, suffix: index === 0 ? [] : [String(index)] }));
    return names.flatMap(({ name, suffix }) =>
        choicesOf(scope, request).map(({ key, choice }) => {
            const parts = [...suffix, ...(key === undefined ? [] : [key])];
            const args = { zoneId, name, type: "A", aliases: [target], ...choice };
            return child(scope, Record, "dns", args, {}, parts.length === 0 ? undefined : parts.join("-"));
        }),
    );
}

interface Named {
    /** Tells the records of one name apart. */
    readonly key?: string;
    readonly choice: Choice;
}

function choicesOf(scope: Scope, { routing }: LoadBalancerRequest): readonly Named[] {
    if (routing === "regional") return [{ choice: {} }];
    const region = ground(scope, "region");
    const setIdentifier = pulumi.interpolate`${scope.stack}-${region}`;
    if (routing === "latency") return [{ choice: { setIdentifier, latencyRoutingPolicies: [{ region }] } }];
    const countries = (scope.options.countries ?? [OTHERS]) as readonly string[];
    return countries.map((country) => ({
        key: country === OTHERS ? "others" : country.toLowerCase(),
        choice: {
            setIdentifier: pulumi.interpolate`${setIdentifier}-${country === OTHERS ? "others" : country}`,
            geolocationRoutingPolicies: [{ country }],
        },
    }));
}
