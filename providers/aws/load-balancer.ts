import { SecurityGroup } from "@pulumi/aws/ec2";
import { LoadBalancer } from "@pulumi/aws/lb";
import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import { WebAclAssociation } from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";
import type { Builder, LoadBalancerRequest, Scope } from "../contract.js";
import { after } from "../handles.js";
import { makeAccessLogs } from "./access-logs.js";
import { child, shortChild } from "./child.js";
import { makeRecords } from "./dns.js";
import { domainOf } from "./domain.js";
import type { FactsOf } from "./facts.js";
import { ground } from "./handles.js";
import { makeListeners } from "./listeners.js";
import { LIMITS } from "./names.js";
import { tagsOf } from "./tags.js";

const EVERYWHERE: readonly string[] = ["0.0.0.0/0"];

/** An application load balancer that answers 404 until an app attaches a route to it. */
export const loadBalancer: Builder<"LoadBalancer"> = (scope, request) => {
    const domain = domainOf(scope, request);
    const group = makeGroup(scope, request, domain !== undefined);
    const balancer = makeBalancer(scope, request, group);
    const listener = makeListeners(scope, request, balancer, domain);
    makeFirewall(scope, balancer);
    const records = domain === undefined ? [] : makeRecords(scope, request, balancer, domain);
    // A name is given out when it answers.
    const answered = pulumi.all(records.map(({ urn }) => urn));
    const hostname = pulumi.all([domain?.name ?? balancer.dnsName, answered]).apply(([known]) => known);
    const url = hostname.apply((host) => `${domain === undefined ? "http" : "https"}://${host}`);
    return {
        outputs: { url, hostname },
        handle: {
            region: ground(scope, "region"),
            vpcId: ground(scope, "vpcId"),
            listenerArn: listener.arn,
            arnSuffix: balancer.arnSuffix,
            dnsName: balancer.dnsName,
            zoneId: balancer.zoneId,
            securityGroupId: group.id,
            internal: request.internal,
            baseUrl: url,
            algorithm: after(listener, request.algorithm),
        },
        facts: { request } satisfies FactsOf["LoadBalancer"],
    };
};

function makeGroup(scope: Scope, request: LoadBalancerRequest, secure: boolean): SecurityGroup {
    const tags = tagsOf(scope);
    const vpcCidr = ground(scope, "vpcCidr");
    const group = child(scope, SecurityGroup, "sg", {
        description: `Load balancer ${scope.name} of ${scope.project}/${scope.stack}.`,
        vpcId: ground(scope, "vpcId"),
        tags,
    });
    const given = request.allowedCidrs as readonly string[];
    const everybody: readonly pulumi.Input<string>[] = request.internal ? [vpcCidr] : EVERYWHERE;
    const sources = given.length > 0 ? given : everybody;
    const ports = [...(!secure || request.redirectToHttps ? [80] : []), ...(secure ? [443] : [])];
    for (const port of ports) {
        for (const [index, source] of sources.entries()) {
            const block = typeof source === "string" && source.includes(":") ? "cidrIpv6" : "cidrIpv4";
            const rule = {
                description: port === 80 && secure ? "HTTP, to be redirected." : port === 80 ? "HTTP." : "HTTPS.",
                securityGroupId: group.id,
                [block]: source,
                ipProtocol: "tcp",
                fromPort: port,
                toPort: port,
                tags,
            };
            const suffix = index === 0 ? String(port) : `${port}-${index}`;
            child(scope, SecurityGroupIngressRule, "in", rule, {}, suffix);
        }
    }
    child(scope, SecurityGroupEgressRule, "egress", {
        description: "To tasks in the network.",
        securityGroupId: group.id,
        cidrIpv4: vpcCidr,
        ipProtocol: "tcp",
        fromPort: 0,
        toPort: 65_535,
        tags,
    });
    return group;
}

function makeBalancer(scope: Scope, request: LoadBalancerRequest, group: SecurityGroup): LoadBalancer {
    const { accessLogs } = request;
    const production = scope.profile === "production";
    const logs = accessLogs === false ? undefined : makeAccessLogs(scope);
    return shortChild(scope, LoadBalancer, LIMITS.loadBalancer, "alb", {
        loadBalancerType: "application",
        internal: request.internal,
        subnets: ground(scope, request.internal ? "privateSubnetIds" : "publicSubnetIds").apply(enough(scope)),
        securityGroups: [group.id],
        idleTimeout: request.idleTimeoutSeconds,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        enableDeletionProtection: scope.options.deletionProtection !== false && production,
        ...(logs === undefined ? {} : { accessLogs: { bucket: logs.bucket, prefix: scope.name, enabled: accessLogs } }),
        tags: tagsOf(scope),
    });
}

/** @throws RunError without public subnets */
function enough(scope: Scope): (ids: readonly string[]) => string[] {
    return (ids) => {
        if (ids.length > 0) return [...ids];
        throw new pulumi.RunError(
            `LoadBalancer "${scope.name}" is public, and the network has no public subnet. Name them in ` +
                "twelvefold:aws.publicSubnetIds, or set internal: true.",
        );
    };
}

function makeFirewall(scope: Scope, balancer: LoadBalancer): void {
    const { webAclArn } = scope.options;
    if (webAclArn === undefined) return;
    child(scope, WebAclAssociation, "waf", { resourceArn: balancer.arn, webAclArn: String(webAclArn) });
}
