import type { Resource } from "../../resource.js";
import { at, isKnown, isOpaque, type Maybe, record, text } from "../../values.js";
import { podOf } from "./workload.js";

/** Whether a selector of labels is met by the pods of a workload of the same namespace. */
export function selects(selecting: Resource, workload: Resource, ...path: readonly string[]): Maybe<boolean> {
    const wanted = record(at(selecting.props, ...(path.length === 0 ? ["spec", "selector"] : path)));
    const labels = record(at(podOf(workload), "metadata", "labels"));
    if (isOpaque(wanted)) return wanted;
    if (isOpaque(labels)) return labels;
    const needed = Object.entries(wanted ?? {});
    // A selector of nothing selects by hand, or everything: neither says which workload is meant.
    if (needed.length === 0 || !isKnown(labels)) return false;
    if (namespaceOf(selecting) !== namespaceOf(workload)) return false;
    for (const [key, value] of needed) {
        const own = at(labels, key);
        const hidden = [own, value].find(isOpaque);
        if (hidden !== undefined) return hidden;
        if (own !== value) return false;
    }
    return true;
}

export function namespaceOf(resource: Resource): unknown {
    return at(resource.props, "metadata", "namespace") ?? "default";
}

/** The name that the object has in the cluster, where the program gives one. */
export function objectName(resource: Resource): Maybe<string> {
    return text(at(resource.props, "metadata", "name"));
}

/** Whether a reference by kind and name means this workload. By dependency where the name is made by Pulumi. */
export function targets(referring: Resource, reference: unknown, workload: Resource): Maybe<boolean> {
    const kind = workload.type.slice(workload.type.lastIndexOf(":") + 1);
    const wanted = text(at(reference, "kind"));
    const name = text(at(reference, "name"));
    if (isOpaque(wanted)) return wanted;
    if (wanted !== kind) return false;
    if (referring.dependencies.includes(workload.urn)) return true;
    const own = objectName(workload);
    if (isOpaque(name)) return name;
    if (isOpaque(own)) return own;
    return name !== undefined && name === own && namespaceOf(referring) === namespaceOf(workload);
}
