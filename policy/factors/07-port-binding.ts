import { alike, balancing, CLOUDS, containers, EVERYWHERE, on, onPods, types, workloads } from "../judges.js";
import { asked, intentOf, isLocal } from "../kinds/intent/intent.js";
import type { Container, Port } from "../model.js";
import { resourceRule } from "../rule.js";
import { at, type Fields, flag, isKnown, isOpaque, list, type Maybe, record, text } from "../values.js";
import { fail, judge, opaque, outside, pass, shown, undecided, type Verdict } from "../verdict.js";

/** Judges each port of a container. */
function ports(container: Container, judgePort: (port: Port, where: string) => Verdict): readonly Verdict[] {
    if (isOpaque(container.ports)) return [opaque(container.ports, `the ports of ${container.where}`)];
    return (container.ports ?? []).map((port) => judgePort(port, `port ${numberOf(port)} of ${container.where}`));
}

function numberOf({ number }: Port): string {
    return isKnown(number) ? String(number) : "?";
}

export const requireOnePort = resourceRule(
    {
        name: "require-one-port",
        factor: 7,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A web process binds one port and exports one service by it; a second port is a second service.",
        mend: {
            aws: "Keep one port mapping; give the other service a task of its own.",
            azure: "Keep targetPort, and drop additionalPortMappings; give the other service an app of its own.",
            kubernetes: "Keep one port in each container; name one for metrics or health so (metrics, health).",
        },
        options: {
            sideNames: {
                type: "strings",
                description: "Names of ports that are not the service's own.",
                default: [
                    "metrics",
                    "http-metrics",
                    "prometheus",
                    "prom",
                    "health",
                    "healthz",
                    "admin",
                    "debug",
                    "probe",
                    "probes",
                ],
            },
        },
    },
    onPods(
        CLOUDS,
        containers((container, { options }) => {
            if (isOpaque(container.ports)) return opaque(container.ports, `the ports of ${container.where}`);
            if (container.ports === undefined || container.ports.length === 0) return undefined;
            const hidden = container.ports.find(({ name, host }) => isOpaque(name) || isOpaque(host));
            const main = container.ports.filter(({ name }) => !isKnown(name) || !options.sideNames.includes(name));
            if (main.length <= 1)
                return hidden ? undecided(`a port of ${container.where} is not known before the update`) : pass;
            if (main.some(({ name }) => isOpaque(name)))
                return undecided(`the name of a port of ${container.where} is not known`);
            return fail(`${container.where} declares the ports ${main.map(numberOf).join(", ")}`, "exactly one");
        }),
    ),
);

export const disallowHostPort = resourceRule(
    {
        name: "disallow-host-port",
        factor: 7,
        severity: "high",
        level: "mandatory",
        description: "A process binds a port of its own, not one of the machine: two copies must fit on one machine.",
        mend: {
            aws: 'Use networkMode: "awsvpc", or leave hostPort out.',
            azure: "Drop exposedPort, and let the ingress lead to targetPort.",
            kubernetes: "Drop hostPort and hostNetwork, and put a Service in front.",
        },
    },
    onPods(
        CLOUDS,
        workloads(({ containers: all, hostNetwork, role, platform }, _, { props }) => {
            if (role === "agent") return outside("an agent serves the machine that it runs on");
            if (hostNetwork === true) return fail("it uses the network of the machine", "a network of its own");
            if (isOpaque(hostNetwork)) return opaque(hostNetwork, "its network");
            if (isOpaque(all)) return opaque(all, "what it runs");
            // In awsvpc mode a task has an address of its own, and a host port repeats the container's.
            const mode = platform === "aws" ? text(at(props, "networkMode")) : undefined;
            if (isOpaque(mode)) return opaque(mode, "networkMode");
            const own = mode === "awsvpc";
            return (all ?? []).flatMap((container) =>
                ports(container, ({ host }, where) =>
                    judge(
                        host,
                        where,
                        (known) =>
                            known === 0 || own
                                ? pass
                                : fail(`${where} takes port ${known} of the machine`, "no port of the machine"),
                        pass,
                    ),
                ),
            );
        }),
    ),
);

export const disallowPrivilegedPort = resourceRule(
    {
        name: "disallow-privileged-port",
        factor: 7,
        severity: "low",
        level: { development: "advisory", production: "mandatory" },
        description: "A process binds a port from 1024 up, which needs no rights that it should not have.",
        mend: "Let the process listen on a port from 1024 up, 8080 for example, and lead the public port to it.",
    },
    onPods(
        EVERYWHERE,
        containers((container) =>
            ports(container, ({ number }, where) =>
                judge(number, where, (known) =>
                    known < 1024 ? fail(`${where} needs rights to bind it`, "1024 or more") : pass,
                ),
            ),
        ),
    ),
);

export const requireReadinessCheck = resourceRule(
    {
        name: "require-readiness-check",
        factor: 7,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "A web process says when it is ready, by a path that is asked: traffic before that fails.",
        mend: {
            intent: "Set health.readinessPath.",
            aws: "Give the target group a healthCheck with a path that the process answers.",
            azure: "Give the container a probe of type Readiness.",
            kubernetes: "Give the container a readinessProbe.",
        },
    },
    {
        intent: types({ "twelvefold:index:App": readyIntent }),
        aws: alike(balancing("TargetGroup"), readyTargetGroup),
        ...on(
            ["azure", "kubernetes"],
            containers(({ ports: own, readiness, where, initial }, _, { role }) => {
                if (initial || role === "job") return undefined;
                if (isOpaque(own)) return opaque(own, `the ports of ${where}`);
                if (own === undefined || own.length === 0) return undefined;
                return judge(
                    readiness,
                    `the readiness probe of ${where}`,
                    () => pass,
                    fail(`${where} has a port and no readiness probe`, "a readiness probe"),
                );
            }),
        ),
    },
);

function readyIntent(_: Fields, __: unknown, resource: Parameters<typeof intentOf>[0]): Verdict {
    const intent = intentOf(resource, "App") ?? {};
    const port = asked(intent, "port");
    if (isOpaque(port)) return opaque(port, "port");
    if (port === undefined) return outside("a worker has no port");
    const health = record(asked(intent, "health"));
    if (isOpaque(health)) return opaque(health, "health");
    return judge(
        text(at(health, "readinessPath")),
        "health.readinessPath",
        (path) => (path.startsWith("/") ? pass : fail(`health.readinessPath is ${shown(path)}`, "a path")),
        fail("health.readinessPath is not given", "a path"),
    );
}

function readyTargetGroup(props: Fields): Verdict {
    const protocol = text(at(props, "protocol"));
    if (isOpaque(protocol)) return opaque(protocol, "protocol");
    if (protocol === undefined || !/^HTTPS?$/i.test(protocol)) return outside("it balances no HTTP");
    const check = record(at(props, "healthCheck"));
    if (isOpaque(check)) return opaque(check, "healthCheck");
    if (flag(at(check, "enabled")) === false) return fail("healthCheck.enabled is false", "true");
    return judge(
        text(at(check, "path")),
        "healthCheck.path",
        () => pass,
        fail("healthCheck.path is not given, which asks for /", "the path that says that the process is ready"),
    );
}

const REDIRECT_ADVICE = "a redirect to HTTPS";

export const disallowPlainHttp = resourceRule(
    {
        name: "disallow-plain-http",
        factor: 7,
        severity: "medium",
        level: "advisory",
        description: "What the public port answers in clear is a redirect to HTTPS.",
        mend: {
            intent: "Give the LoadBalancer a domain, and leave redirectToHttps on.",
            aws: "Let the HTTP listener redirect, and forward from the HTTPS listener.",
            azure: "Set allowInsecure: false.",
            kubernetes: "Name the host under tls.",
        },
    },
    {
        intent: types({
            "twelvefold:index:LoadBalancer": (_, __, resource) => {
                const intent = intentOf(resource, "LoadBalancer") ?? {};
                if (isLocal(intent)) return outside("the local target serves this machine");
                if (asked(intent, "internal") === true) return outside("it is reachable from inside only");
                const domain = text(asked(intent, "domain"));
                if (isOpaque(domain)) return opaque(domain, "domain");
                if (domain === undefined)
                    return fail("it has no domain, and so answers in clear", "a domain, with its certificate");
                return judge(flag(asked(intent, "redirectToHttps")), "redirectToHttps", (value) =>
                    value ? pass : fail("redirectToHttps is false", REDIRECT_ADVICE),
                );
            },
        }),
        aws: alike(balancing("Listener"), listener),
        azure: types({
            "azure-native:app:ContainerApp": (props) => {
                const ingress = record(at(props, "configuration", "ingress"));
                if (isOpaque(ingress)) return opaque(ingress, "configuration.ingress");
                if (ingress === undefined) return undefined;
                const inside = flag(at(ingress, "external"));
                if (isOpaque(inside)) return opaque(inside, "configuration.ingress.external");
                if (inside !== true) return outside("it is reachable from inside only");
                return judge(
                    flag(at(ingress, "allowInsecure")),
                    "configuration.ingress.allowInsecure",
                    (value) => (value ? fail("configuration.ingress.allowInsecure is true", "false") : pass),
                    pass,
                );
            },
        }),
        kubernetes: types({
            "kubernetes:networking.k8s.io:Ingress": (props) => {
                const tls = list(at(props, "spec", "tls"));
                if (isOpaque(tls)) return opaque(tls, "spec.tls");
                return (tls ?? []).length > 0 ? pass : fail("spec.tls is not given", "a certificate for its hosts");
            },
        }),
    },
);

function listener(props: Fields): Verdict {
    const protocol: Maybe<string> = text(at(props, "protocol"));
    if (isOpaque(protocol)) return opaque(protocol, "protocol");
    if (protocol !== "HTTP") return protocol === undefined ? undecided("protocol is not given") : pass;
    const actions = list(at(props, "defaultActions"));
    if (isOpaque(actions)) return opaque(actions, "defaultActions");
    const kinds = (actions ?? []).map((action) => text(at(action, "type")));
    if (kinds.includes("forward")) return fail("the HTTP listener forwards", REDIRECT_ADVICE);
    const hidden = kinds.find(isOpaque);
    return hidden === undefined ? pass : opaque(hidden, "what the listener does");
}
