import { CLOUDS, containers, EVERYWHERE, onPods, workloads } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { at, isKnown, isOpaque, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, undecided } from "../../verdict.js";
import { numberOf, ports } from "./shared.js";

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
