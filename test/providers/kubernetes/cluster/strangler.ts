import { expect, test } from "vitest";
import type { Profile } from "#dist/providers/contract.js";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { runStrangler } from "../../../support/stacks.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { deploy } from "./release.js";

/** The strangler program: a share of a path, moved by configuration. */
export function strangler(plane: () => ControlPlane, profile: Profile): void {
    const stack = profile.slice(0, 4);

    test("the strangler moves its share by an update of one route", async () => {
        const release = async (percent: number) =>
            manifestsOf(await runStrangler(percent, { target: "kubernetes", profile, stack, state: stateOf("1") }));
        const before = await release(20);
        await deploy(plane().client, before);
        expect(await sharesOf(plane(), before)).toEqual([
            ["legacy", [["legacy", 100]]],
            [
                "orders",
                [
                    ["orders", 2000],
                    ["legacy", 8000],
                ],
            ],
        ]);
        const after = await release(80);
        const changed = after.filter((object, index) => JSON.stringify(object) !== JSON.stringify(before[index]));
        expect(changed.map(({ kind }) => kind)).toEqual(["HTTPRoute"]);
        await deploy(plane().client, after, before);
        expect((await sharesOf(plane(), after))[1]).toEqual([
            "orders",
            [
                ["orders", 8000],
                ["legacy", 2000],
            ],
        ]);
    });
}

interface Rule {
    readonly backendRefs: readonly { readonly name: string; readonly weight: number }[];
}

async function sharesOf({ client }: ControlPlane, objects: readonly ApiObject[]): Promise<unknown[]> {
    const routes = objects.filter(({ kind }) => kind === "HTTPRoute");
    const live = await Promise.all(routes.map((route) => client.get(route)));
    return live
        .map((route) => {
            const rules = (route?.spec?.rules ?? []) as readonly Rule[];
            const shares = rules.flatMap(({ backendRefs }) => backendRefs.map(({ name, weight }) => [name, weight]));
            return [route?.metadata.labels?.["app.kubernetes.io/name"], shares];
        })
        .sort();
}
