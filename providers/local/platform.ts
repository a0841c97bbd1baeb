import type * as pulumi from "@pulumi/pulumi";
import type { Attachment, Builder, Scope } from "../contract.js";
import { platformOf, readHandle } from "../handles.js";
import type { PlatformHandle } from "./handles.js";
import { homeOf } from "./paths.js";
import { LocalObject, type LocalObjectArgs } from "./resource/local-object.js";
import type { ObjectKind } from "./spec.js";

/** The ground on this machine: a state folder and the supervisor that keeps what is in it. */
export const platform: Builder<"Platform"> = (scope) => {
    const { project, stack } = scope;
    const supervisor = scope.child(
        "supervisor",
        { objectName: scope.name, home: homeOf(project, stack), spec: { project, stack } },
        (name, args: LocalObjectArgs<"platform">, opts) => new LocalObject("platform", name, args, opts),
    );
    return { outputs: { name: supervisor.home }, handle: { home: supervisor.home } };
};

/** Makes the one child that each other local component has, in the home of the component's platform. */
export function localChild<K extends ObjectKind>(
    scope: Scope,
    key: string,
    kind: K,
    args: Omit<LocalObjectArgs<K>, "objectName" | "home">,
    opts?: pulumi.CustomResourceOptions,
): LocalObject<K> {
    return scope.child(
        key,
        { objectName: scope.name, home: homeOn(platformOf(scope)), ...args },
        (name, changed: LocalObjectArgs<K>, options) => new LocalObject(kind, name, changed, options),
        opts,
    );
}

const homes = new WeakMap<Attachment, pulumi.Output<string>>();

/** The home that a platform stands for; one Output for all that stand on it. */
function homeOn(ground: Attachment<"Platform">): pulumi.Output<string> {
    const home = homes.get(ground) ?? readHandle<PlatformHandle>(ground, "local").apply((handle) => handle.home);
    homes.set(ground, home);
    return home;
}
