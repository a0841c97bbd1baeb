import { workloadOf } from "../../kinds/index.js";
import { selects } from "../../kinds/kubernetes/select.js";
import type { Workload } from "../../model.js";
import type { Resource, Stack } from "../../resource.js";
import { type Finding, stackRule } from "../../rule.js";
import { about, ofType, workloadsOn } from "../../stack.js";
import { at, each, isKnown, isOpaque, list, type Maybe, number } from "../../values.js";
import { fail, opaque, outside, pass, undecided, type Verdict } from "../../verdict.js";

export const requirePortMatch = stackRule(
    {
        name: "require-port-match",
        factor: 7,
        severity: "high",
        level: "mandatory",
        description: "What leads traffic to a process leads it to the port that the process declares.",
        mend: {
            aws: "Name the container and one of its container ports in loadBalancers.",
            kubernetes: "Let targetPort be the number or the name of a port of the pods.",
        },
    },
    { aws: ecsServices, kubernetes: services },
);

/** Ports of a workload; opaque where one is. */
function portsOf(workload: Workload, container?: string): Maybe<readonly (number | string)[]> {
    if (!isKnown(workload.containers)) return workload.containers;
    const chosen = workload.containers.filter(
        ({ where }) => container === undefined || where === `container "${container}"`,
    );
    const ports = chosen.flatMap((entry): readonly unknown[] =>
        isKnown(entry.ports) ? entry.ports.flatMap((port) => [port.number, port.name]) : [entry.ports],
    );
    return ports.find(isOpaque) ?? (ports.filter((port) => port !== undefined) as (number | string)[]);
}

function ecsServices(stack: Stack): readonly Finding[] {
    const tasks = ofType(stack, "aws:ecs:TaskDefinition");
    return ofType(stack, "aws:ecs:Service").flatMap((service) => {
        const task = tasks.find(({ urn }) => service.dependencies.includes(urn));
        const targets = list(at(service.props, "loadBalancers"));
        if (targets === undefined) return [];
        if (isOpaque(targets)) return [about(service, opaque(targets, `the targets of ${service.name}`))];
        if (task === undefined)
            return [about(service, outside(`the task definition of ${service.name} is not in this stack`))];
        return targets.map((target) => about(service, ecsTarget(service, task, target)));
    });
}

function ecsTarget(service: Resource, task: Resource, target: unknown): Verdict {
    const workload = workloadOf(task);
    const [name, wanted] = [at(target, "containerName"), number(at(target, "containerPort"))];
    if (workload === undefined || typeof name !== "string" || !isKnown(wanted)) {
        return undecided(`a target of ${service.name} is not known before the update`);
    }
    const ports = portsOf(workload, name);
    if (!isKnown(ports)) return opaque(ports, `the ports of ${task.name}`);
    return (ports as readonly (number | string)[]).includes(wanted as number)
        ? pass
        : fail(
              `${service.name} leads to port ${String(wanted)} of container "${name}", which does not declare it`,
              "a port that it declares",
          );
}

function services(stack: Stack): readonly Finding[] {
    const pods = workloadsOn(stack, "kubernetes");
    return ofType(stack, "kubernetes:core:Service").flatMap((service) => {
        const chosen = pods.filter(({ resource }) => selects(service, resource) === true);
        if (chosen.length === 0)
            return [about(service, outside(`no workload of this stack is behind ${service.name}`))];
        const targets = each(
            at(service.props, "spec", "ports"),
            (port): unknown => at(port, "targetPort") ?? at(port, "port"),
        );
        if (!isKnown(targets)) return [about(service, undecided(`the ports of ${service.name} are not known`))];
        return chosen.flatMap(({ resource, workload }) =>
            (targets as readonly unknown[]).map((target) =>
                about(service, servicePort(service, resource, workload, target)),
            ),
        );
    });
}

function servicePort(service: Resource, resource: Resource, workload: Workload, target: unknown): Verdict {
    const ports = portsOf(workload);
    if (isOpaque(target)) return opaque(target, `a port of ${service.name}`);
    if (!isKnown(ports)) return opaque(ports, `the ports of ${resource.name}`);
    const wanted = typeof target === "string" && /^\d+$/.test(target) ? Number(target) : target;
    return (ports as readonly unknown[]).includes(wanted)
        ? pass
        : fail(
              `${service.name} leads to the port ${JSON.stringify(wanted)} of ${resource.name}, which does not declare it`,
              "a port that it declares",
          );
}
