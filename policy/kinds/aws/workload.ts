import type { Container, Port, Variable, Volume, Workload } from "../../model.js";
import type { Resource } from "../../resource.js";
import { at, each, flag, isOpaque, json, type Maybe, map, number, record, text } from "../../values.js";
import { joined, named } from "../read.js";
import { tagsOf } from "./tags.js";

export function workloadOf(resource: Resource): Workload | undefined {
    const { type, props } = resource;
    if (type === "aws:ecs:TaskDefinition") {
        return {
            platform: "aws",
            role: "task",
            containers: each(json(at(props, "containerDefinitions")), (entry, index) => ({
                ...container(entry, index),
                needs: {
                    cpu: at(entry, "cpu") ?? at(props, "cpu"),
                    memory: at(entry, "memory") ?? at(entry, "memoryReservation") ?? at(props, "memory"),
                },
            })),
            volumes: each(at(props, "volumes"), volume),
            labels: tagsOf(resource),
            hostNetwork: map(text(at(props, "networkMode")), (mode) => mode === "host"),
        };
    }
    if (type === "aws:lambda:Function") {
        return {
            platform: "aws",
            role: "function",
            containers: [functionContainer(props)],
            volumes: undefined,
            labels: tagsOf(resource),
            hostNetwork: undefined,
        };
    }
    return undefined;
}

function container(definition: unknown, index: number): Container {
    return {
        where: named("container", at(definition, "name"), index),
        initial: false,
        image: text(at(definition, "image")),
        command: joined(at(definition, "entryPoint"), at(definition, "command")),
        environment: environment(definition),
        ports: each(at(definition, "portMappings"), port),
        mounts: each(at(definition, "mountPoints"), (mount) => ({
            path: text(at(mount, "containerPath")),
            volume: text(at(mount, "sourceVolume")),
        })),
        // ECS knows one health check; whether traffic comes is the target group's business.
        readiness: undefined,
        liveness: record(at(definition, "healthCheck")),
        startup: undefined,
        readOnlyRoot: flag(at(definition, "readonlyRootFilesystem")),
    };
}

function environment(definition: unknown): Maybe<readonly Variable[]> {
    const literal = each(
        at(definition, "environment"),
        (entry): Variable => ({
            name: text(at(entry, "name")),
            value: text(at(entry, "value")),
            reference: undefined,
        }),
    );
    const referred = each(
        at(definition, "secrets"),
        (entry): Variable => ({
            name: text(at(entry, "name")),
            value: undefined,
            reference: text(at(entry, "valueFrom")),
        }),
    );
    if (isOpaque(literal)) return literal;
    if (isOpaque(referred)) return referred;
    return [...(literal ?? []), ...(referred ?? [])];
}

function port(mapping: unknown): Port {
    return {
        number: number(at(mapping, "containerPort")),
        name: text(at(mapping, "name")),
        host: number(at(mapping, "hostPort")),
    };
}

function volume(entry: unknown): Volume {
    const shared = ["efsVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"].map((key) => at(entry, key));
    const host = text(at(entry, "hostPath"));
    const kind = [...shared, host].find(isOpaque);
    return { name: text(at(entry, "name")), kind: kind ?? kindOf(shared, host) };
}

function kindOf(shared: readonly unknown[], host: unknown): "shared" | "host" | "other" {
    if (shared.some((entry) => entry !== undefined)) return "shared";
    return host === undefined || host === "" ? "other" : "host";
}

function functionContainer(props: unknown): Container {
    const variables = record(at(props, "environment", "variables"));
    return {
        where: "the function",
        initial: false,
        image: text(at(props, "imageUri")),
        command: joined(at(props, "imageConfig", "entryPoints"), at(props, "imageConfig", "commands")),
        environment: map(variables, (known) =>
            Object.entries(known).map(
                ([name, value]): Variable => ({ name, value: text(value), reference: undefined }),
            ),
        ),
        ports: undefined,
        mounts: undefined,
        readiness: undefined,
        liveness: undefined,
        startup: undefined,
    };
}
