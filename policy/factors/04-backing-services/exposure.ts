import { servicePort, serviceWithin } from "../../detect/backing.js";
import { types } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { at, each, type Fields, flag, isKnown, isOpaque, list, type Maybe, number, text } from "../../values.js";
import { fail, judge, opaque, pass, shown, type Verdict } from "../../verdict.js";

const isPublic = (field: string) => (props: Fields) =>
    judge(flag(at(props, field)), field, (value) => (value ? fail(`${field} is true`, "false") : pass), pass);

const isEnabled =
    (...path: readonly string[]) =>
    (props: Fields) =>
        judge(
            text(at(props, ...path)),
            path.join("."),
            (value) => (/^enabled$/i.test(value) ? fail(`${path.join(".")} is ${shown(value)}`, '"Disabled"') : pass),
            pass,
        );

export const disallowPublicBackingService = resourceRule(
    {
        name: "disallow-public-backing-service",
        factor: 4,
        severity: "critical",
        level: "mandatory",
        description: "A backing service is reachable for its apps only, not from the internet.",
        mend: {
            aws: "Set publiclyAccessible: false, and put it into private subnets.",
            azure: 'Set network.publicNetworkAccess: "Disabled", and use a delegated subnet or a private endpoint.',
            kubernetes: "Make the Service a ClusterIP, and let other networks in by a private way.",
        },
    },
    {
        aws: types({
            "aws:rds:Instance": isPublic("publiclyAccessible"),
            "aws:rds:ClusterInstance": isPublic("publiclyAccessible"),
            "aws:mq:Broker": isPublic("publiclyAccessible"),
            "aws:redshift:Cluster": isPublic("publiclyAccessible"),
        }),
        azure: types({
            "azure-native:dbforpostgresql:Server": isEnabled("network", "publicNetworkAccess"),
            "azure-native:dbformysql:Server": isEnabled("network", "publicNetworkAccess"),
            "azure-native:sql:Server": isEnabled("publicNetworkAccess"),
            "azure-native:cache:Redis": isEnabled("publicNetworkAccess"),
        }),
        kubernetes: types({
            "kubernetes:core:Service": (props) =>
                judge(text(at(props, "spec", "type") ?? "ClusterIP"), "spec.type", (type) => {
                    const open = type === "LoadBalancer" || type === "NodePort";
                    const ports = each(at(props, "spec", "ports"), (port) => number(at(port, "port")));
                    if (!open) return pass;
                    return judge(ports, "spec.ports", (known) => exposed(type, known));
                }),
        }),
    },
);

function exposed(type: string, ports: readonly Maybe<number>[]): Verdict {
    const found = ports.filter(isKnown).find((port) => servicePort(port) !== undefined);
    if (found !== undefined) {
        return fail(`a Service of type ${type} opens port ${found} (${servicePort(found)})`, "a ClusterIP");
    }
    const hidden = ports.find(isOpaque);
    return hidden === undefined ? pass : opaque(hidden, "a port of the Service");
}

const EVERYONE = ["0.0.0.0/0", "::/0"];

function ingressOpen(from: unknown, to: unknown, protocol: unknown, sources: readonly unknown[]): Verdict {
    const [first, last, kind] = [number(from), number(to), text(protocol)];
    for (const value of [first, last, kind, ...sources])
        if (isOpaque(value)) return opaque(value, "a part of the rule");
    if (!sources.some((source) => EVERYONE.includes(String(source)))) return pass;
    const all = kind === "-1" || kind === "all" || first === undefined || first === -1;
    const found = all
        ? serviceWithin(0, 65_535)
        : serviceWithin(first as number, (last as number | undefined) ?? (first as number));
    if (found === undefined) return pass;
    const ports = all ? "every port" : `port ${found.port} (${found.service})`;
    return fail(`it lets everybody in to ${ports}`, "the security groups or networks of the apps");
}

function sources(...lists: readonly unknown[]): readonly unknown[] {
    return lists.flatMap((entry): readonly unknown[] => {
        const read = list(entry);
        return isOpaque(read) ? [read] : (read ?? []).map((source): unknown => text(source));
    });
}

function rulesOf(props: Fields): readonly Verdict[] | Verdict {
    const rules = each(at(props, "ingress"), (rule) =>
        isOpaque(rule)
            ? opaque(rule, "an ingress rule")
            : ingressOpen(
                  at(rule, "fromPort"),
                  at(rule, "toPort"),
                  at(rule, "protocol"),
                  sources(at(rule, "cidrBlocks"), at(rule, "ipv6CidrBlocks")),
              ),
    );
    return isOpaque(rules) ? opaque(rules, "ingress") : (rules ?? []);
}

export const disallowOpenBackingPort = resourceRule(
    {
        name: "disallow-open-backing-port",
        factor: 4,
        severity: "critical",
        level: "mandatory",
        description: "The network lets nobody but apps reach the port of a database or a broker.",
        mend: {
            aws: "Name the apps' security groups as the source instead of 0.0.0.0/0.",
            azure: "Drop the rule, or narrow it to the addresses that need it.",
        },
    },
    {
        aws: types({
            "aws:ec2:SecurityGroup": rulesOf,
            "aws:ec2:DefaultSecurityGroup": rulesOf,
            "aws:ec2:SecurityGroupRule": (props) =>
                judge(text(at(props, "type")), "type", (type) =>
                    type === "ingress"
                        ? ingressOpen(
                              at(props, "fromPort"),
                              at(props, "toPort"),
                              at(props, "protocol"),
                              sources(at(props, "cidrBlocks"), at(props, "ipv6CidrBlocks")),
                          )
                        : pass,
                ),
            "aws:vpc:SecurityGroupIngressRule": (props) =>
                ingressOpen(at(props, "fromPort"), at(props, "toPort"), at(props, "ipProtocol"), [
                    text(at(props, "cidrIpv4")),
                    text(at(props, "cidrIpv6")),
                ]),
        }),
        azure: types({
            "azure-native:dbforpostgresql:FirewallRule": firewall,
            "azure-native:dbformysql:FirewallRule": firewall,
            "azure-native:sql:FirewallRule": firewall,
        }),
    },
);

function firewall(props: Fields): Verdict {
    return judge(text(at(props, "startIpAddress")), "startIpAddress", (from) =>
        judge(text(at(props, "endIpAddress")), "endIpAddress", (to) => {
            const wide = from.split(".")[0] === "0" && Number(to.split(".")[0]) >= 128;
            if (from === "0.0.0.0" && to === "0.0.0.0") {
                return fail("it lets in every machine in Azure, of other customers too", "the addresses of the apps");
            }
            return wide ? fail(`it lets in ${from} to ${to}`, "the addresses of the apps") : pass;
        }),
    );
}
