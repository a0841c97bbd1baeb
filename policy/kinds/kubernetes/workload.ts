import type { Container, Port, Role, Variable, Volume, Workload } from "../../model.js";
import type { Resource } from "../../resource.js";
import { at, each, type Fields, flag, isKnown, isOpaque, type Maybe, number, record, text } from "../../values.js";
import { both, joined, named } from "../read.js";

/** Where each kind keeps the pod that it makes. */
const PODS: Readonly<Record<string, { readonly role: Role; readonly path: readonly string[] }>> = {
    "kubernetes:core:Pod": { role: "task", path: [] },
    "kubernetes:core:ReplicationController": { role: "service", path: ["spec", "template"] },
    "kubernetes:apps:Deployment": { role: "service", path: ["spec", "template"] },
    "kubernetes:apps:ReplicaSet": { role: "service", path: ["spec", "template"] },
    "kubernetes:apps:StatefulSet": { role: "service", path: ["spec", "template"] },
    "kubernetes:apps:DaemonSet": { role: "agent", path: ["spec", "template"] },
    "kubernetes:batch:Job": { role: "job", path: ["spec", "template"] },
    "kubernetes:batch:CronJob": { role: "job", path: ["spec", "jobTemplate", "spec", "template"] },
};

/** Every kind that makes pods. */
export const POD_TYPES = Object.keys(PODS);

/** The pod that a resource makes: its metadata and spec. */
export function podOf({ type, props }: Resource): unknown {
    const place = Object.hasOwn(PODS, type) ? PODS[type] : undefined;
    return place && at(props, ...place.path);
}

export function workloadOf(resource: Resource): Workload | undefined {
    const place = Object.hasOwn(PODS, resource.type) ? PODS[resource.type] : undefined;
    if (place === undefined) return undefined;
    const pod = at(resource.props, ...place.path);
    const spec = at(pod, "spec");
    return {
        platform: "kubernetes",
        role: place.role,
        containers: both(
            each(at(spec, "containers"), (entry, index) =>
                container(entry, named("container", at(entry, "name"), index)),
            ),
            each(at(spec, "initContainers"), (entry, index) => ({
                ...container(entry, named("init container", at(entry, "name"), index)),
                // An init container that restarts is a sidecar.
                initial: at(entry, "restartPolicy") !== "Always",
            })),
        ),
        volumes: each(at(spec, "volumes"), volume),
        labels: labelsOf(resource.props, pod),
        hostNetwork: flag(at(spec, "hostNetwork")),
    };
}

function container(entry: unknown, where: string): Container {
    return {
        where,
        initial: false,
        image: text(at(entry, "image")),
        command: joined(at(entry, "command"), at(entry, "args")),
        environment: each(at(entry, "env"), variable),
        ports: each(at(entry, "ports"), port),
        mounts: each(at(entry, "volumeMounts"), (mount) => ({
            path: text(at(mount, "mountPath")),
            volume: text(at(mount, "name")),
        })),
        readiness: record(at(entry, "readinessProbe")),
        liveness: record(at(entry, "livenessProbe")),
        startup: record(at(entry, "startupProbe")),
        needs: needs(at(entry, "resources")),
        readOnlyRoot: flag(at(entry, "securityContext", "readOnlyRootFilesystem")),
    };
}

/** A request that is not given is the limit. */
function needs(resources: unknown): Fields {
    return {
        "resources.requests.cpu": at(resources, "requests", "cpu") ?? at(resources, "limits", "cpu"),
        "resources.requests.memory": at(resources, "requests", "memory") ?? at(resources, "limits", "memory"),
        "resources.limits.memory": at(resources, "limits", "memory"),
    };
}

function variable(entry: unknown): Variable {
    const source = record(at(entry, "valueFrom"));
    return {
        name: text(at(entry, "name")),
        value: text(at(entry, "value")),
        reference: isKnown(source) ? Object.keys(source).sort().join() || undefined : (source as Maybe<string>),
    };
}

function port(entry: unknown): Port {
    return {
        number: number(at(entry, "containerPort")),
        name: text(at(entry, "name")),
        host: number(at(entry, "hostPort")),
    };
}

function volume(entry: unknown): Volume {
    const [host, claim, network] = ["hostPath", "persistentVolumeClaim", "nfs"].map((key) => record(at(entry, key)));
    const hidden = [host, claim, network].find(isOpaque);
    return { name: text(at(entry, "name")), kind: hidden ?? kindOf(host, claim, network) };
}

function kindOf(host: unknown, claim: unknown, network: unknown): "host" | "claim" | "shared" | "other" {
    if (host !== undefined) return "host";
    if (claim !== undefined) return "claim";
    return network === undefined ? "other" : "shared";
}

/** Labels and annotations of the object and of its pods; the object's own win. */
function labelsOf(props: Fields, pod: unknown): Maybe<Fields> {
    const places = [pod, props].flatMap((place) => [
        record(at(place, "metadata", "labels")),
        record(at(place, "metadata", "annotations")),
    ]);
    const hidden = places.find(isOpaque);
    return hidden ?? Object.assign({}, ...places);
}
