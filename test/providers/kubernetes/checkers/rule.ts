import type { ApiObject } from "../../../support/control-plane/objects.js";
import { type Pod, podsOf } from "./world.js";

/** A check of another tool, written again from its description, because the tool itself cannot be had here. */
export interface Rule {
    /** `<tool>/<its name for the check>`; several where tools check the same. */
    readonly ids: readonly string[];
    /** Names of the objects for which it does not hold. */
    readonly failures: (objects: readonly ApiObject[]) => readonly string[];
    /** Changes objects, for which it holds, so that it holds no more. */
    readonly breaks: (objects: readonly ApiObject[]) => void;
}

/** A rule about each container. */
export function container(
    ids: readonly string[],
    fails: (container: Pod["container"], pod: Pod, objects: readonly ApiObject[]) => boolean,
    breaks: (container: Pod["container"], pod: Pod) => void,
): Rule {
    return {
        ids,
        failures: (objects) =>
            podsOf(objects)
                .filter((pod) => fails(pod.container, pod, objects))
                .map(({ owner }) => nameOf(owner)),
        breaks: (objects) => {
            for (const pod of podsOf(objects)) breaks(pod.container, pod);
        },
    };
}

/** A rule about each pod. */
export function pod(
    ids: readonly string[],
    fails: (spec: Pod["spec"], pod: Pod, objects: readonly ApiObject[]) => boolean,
    breaks: (spec: Pod["spec"], pod: Pod) => void,
): Rule {
    return container(
        ids,
        (_, pod, objects) => fails(pod.spec, pod, objects),
        (_, pod) => breaks(pod.spec, pod),
    );
}

/** A rule about each object of a kind. */
export function object(
    kind: string,
    ids: readonly string[],
    fails: (object: ApiObject, objects: readonly ApiObject[]) => boolean,
    breaks: (object: ApiObject) => void,
): Rule {
    const all = (objects: readonly ApiObject[]) => objects.filter((candidate) => candidate.kind === kind);
    return {
        ids,
        failures: (objects) =>
            all(objects)
                .filter((candidate) => fails(candidate, objects))
                .map(nameOf),
        breaks: (objects) => {
            for (const candidate of all(objects)) breaks(candidate);
        },
    };
}

/** How findings name an object. */
export function nameOf({ kind, metadata }: ApiObject): string {
    return `${kind}/${metadata.name}`;
}

/** Sets a field of something that is read-only to everybody else. */
export function set(target: object | undefined, field: string, value: unknown): void {
    if (target === undefined) throw new Error(`There is nothing to set ${field} in.`);
    (target as Record<string, unknown>)[field] = value;
}
