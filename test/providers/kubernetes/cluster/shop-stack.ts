import type { ProgramOptions } from "twelvefold/testing";
import type { Profile } from "#dist/providers/contract.js";
import type { ApiClient } from "../../../support/control-plane/client.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { runShop } from "../../../support/stacks.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { deploy } from "./release.js";

/** One stack of the shop program in a cluster. */
export class ShopStack {
    readonly namespace: string;
    /** The objects of the release that was deployed last. */
    live: readonly ApiObject[] = [];

    constructor(
        readonly profile: Profile,
        readonly stack: string,
    ) {
        this.namespace = `shop-${stack}`;
    }

    /** The objects of a release, whose image stands for a version of the code. */
    async release(version: string, options: ProgramOptions = {}): Promise<readonly ApiObject[]> {
        const { profile, stack } = this;
        return manifestsOf(
            await runShop({ target: "kubernetes", profile, stack, state: stateOf(version), ...options }),
        );
    }

    /** Deploys a release; what fails changes nothing about what is live. */
    async up(client: ApiClient, objects: readonly ApiObject[]): Promise<void> {
        await deploy(client, objects, this.live);
        this.live = objects;
    }

    all(kind: string, objects = this.live): readonly ApiObject[] {
        return objects.filter((object) => object.kind === kind);
    }

    /** The one object of a kind whose name starts so. */
    one(kind: string, name: string, objects = this.live): ApiObject {
        const [found, ...more] = this.all(kind, objects).filter(({ metadata }) => metadata.name.startsWith(name));
        if (found === undefined || more.length > 0) throw new Error(`Not one ${kind} ${name}.`);
        return found;
    }
}

export function imageOf(object: ApiObject | undefined): string | undefined {
    return object?.spec?.template?.spec.containers[0]?.image;
}

/** The same objects, with a label on the pods of one kind. */
export function marked(objects: readonly ApiObject[], kind: string, label: string): readonly ApiObject[] {
    return objects.map((object): ApiObject => {
        const { spec } = object;
        if (object.kind !== kind || spec?.template === undefined) return object;
        const metadata = { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, [label]: "true" } };
        return { ...object, spec: { ...spec, template: { ...spec.template, metadata } } } as ApiObject;
    });
}
