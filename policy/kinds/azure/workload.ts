import type { Container, Port, Volume, Workload } from "../../model.js";
import type { Resource } from "../../resource.js";
import { at, each, type Fields, isKnown, isOpaque, list, type Maybe, map, number, record, text } from "../../values.js";
import { both, joined, named } from "../read.js";

const ROLES = { "azure-native:app:ContainerApp": "service", "azure-native:app:Job": "job" } as const;

export function workloadOf({ type, props }: Resource): Workload | undefined {
    const role = ROLES[type as keyof typeof ROLES];
    if (role === undefined) return undefined;
    const ports = portsOf(props);
    return {
        platform: "azure",
        role,
        containers: both(
            each(at(props, "template", "containers"), (entry, index) => container(entry, index, ports)),
            each(at(props, "template", "initContainers"), (entry, index) => initial(entry, index)),
        ),
        volumes: each(at(props, "template", "volumes"), volume),
        labels: record(at(props, "tags")),
        hostNetwork: undefined,
    };
}

function container(entry: unknown, index: number, ports: Maybe<readonly Port[]>): Container {
    const probes = list(at(entry, "probes"));
    return {
        where: named("container", at(entry, "name"), index),
        initial: false,
        image: text(at(entry, "image")),
        command: joined(at(entry, "command"), at(entry, "args")),
        environment: each(at(entry, "env"), (variable) => ({
            name: text(at(variable, "name")),
            value: text(at(variable, "value")),
            reference: text(at(variable, "secretRef")),
        })),
        // The ingress leads to the app; the first container stands for it.
        ports: index === 0 ? ports : undefined,
        mounts: each(at(entry, "volumeMounts"), (mount) => ({
            path: text(at(mount, "mountPath")),
            volume: text(at(mount, "volumeName")),
        })),
        readiness: probe(probes, "Readiness"),
        liveness: probe(probes, "Liveness"),
        startup: probe(probes, "Startup"),
        needs: {
            "resources.cpu": at(entry, "resources", "cpu"),
            "resources.memory": at(entry, "resources", "memory"),
        },
    };
}

function initial(entry: unknown, index: number): Container {
    return {
        ...container(entry, index, undefined),
        where: named("init container", at(entry, "name"), index),
        initial: true,
    };
}

function probe(probes: Maybe<readonly unknown[]>, type: string): Maybe<Fields> {
    if (!isKnown(probes)) return probes;
    const found = probes.find((entry) => at(entry, "type") === type);
    if (found !== undefined) return record(found);
    // One that cannot be read may be the one that is looked for.
    return probes.map((entry) => at(entry, "type")).find(isOpaque) ?? probes.find(isOpaque);
}

function portsOf(props: Fields): Maybe<readonly Port[]> {
    const ingress = record(at(props, "configuration", "ingress"));
    return map(ingress, (known) => {
        const main = number(at(known, "targetPort"));
        const more = each(
            at(known, "additionalPortMappings"),
            (entry): Port => ({
                number: number(at(entry, "targetPort")),
                name: undefined,
                host: number(at(entry, "exposedPort")),
            }),
        );
        if (isOpaque(more)) return [{ number: main, name: undefined, host: more }];
        return [{ number: main, name: undefined, host: number(at(known, "exposedPort")) }, ...(more ?? [])];
    });
}

function volume(entry: unknown): Volume {
    const type = text(at(entry, "storageType"));
    return {
        name: text(at(entry, "name")),
        kind: map(type ?? "EmptyDir", (known) => (/AzureFile$/i.test(known) ? "shared" : "other")),
    };
}
