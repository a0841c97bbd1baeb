import { EVERYWHERE, on } from "../../judges.js";
import { enginesOn } from "../../kinds/engines.js";
import { type OtherStack, otherStacks, STACKS } from "../../other-stacks.js";
import { platformOf, type Stack } from "../../resource.js";
import { type Finding, stackRule } from "../../rule.js";
import { about, running } from "../../stack.js";
import { isOpaque } from "../../values.js";
import { fail, opaque, outside, pass, shown } from "../../verdict.js";

/** Compares with each other stack that is named; says so where none is. */
function compared(
    stack: Stack,
    options: { readonly stacks: readonly string[] },
    compare: (other: OtherStack) => readonly Finding[],
): readonly Finding[] {
    const others = otherStacks(stack, options.stacks);
    if (others.length === 0)
        return [{ verdict: outside("no other stack is named, in the output compareWith or in the setting stacks") }];
    return others.flatMap(compare);
}

export const requireSameRelease = stackRule(
    {
        name: "require-same-release",
        factor: 5,
        severity: "high",
        level: "advisory",
        description:
            "What runs here ran in the environment before: the same image, by digest, moves from one to the next.",
        mend: "Promote the image that was tested there, or deploy there first.",
        options: { stacks: STACKS },
    },
    on(EVERYWHERE, (stack, { options, platform }) =>
        compared(stack, options, (other) => {
            const theirs = running(other, platform);
            const mine = running(stack, platform);
            const findings = mine.containers.flatMap(({ resource, image }): readonly Finding[] => {
                const same = theirs.containers.filter(
                    (entry) => image !== undefined && entry.image?.repository === image.repository,
                );
                if (same.length === 0) return [];
                const version = image?.digest ?? image?.tag ?? "latest";
                const versions = same.map((entry) => entry.image?.digest ?? entry.image?.tag ?? "latest");
                return [
                    about(
                        resource,
                        versions.includes(version)
                            ? pass
                            : fail(
                                  `${resource.name} runs ${shown(image?.repository)} at ${version}, and ${other.name} runs it at ${versions[0]}`,
                                  "the release that runs there",
                              ),
                    ),
                ];
            });
            return [...findings, ...mine.hidden];
        }),
    ),
);

export const requireSameEngines = stackRule(
    {
        name: "require-same-engines",
        factor: 10,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "A backing service is of the same engine and major version in every environment.",
        mend: "Give the service of that name the same engine and version in both stacks.",
        options: { stacks: STACKS },
    },
    on(EVERYWHERE, (stack, { options, platform }) =>
        compared(stack, options, (other) => {
            const theirs = enginesOn(other, platform);
            return enginesOn(stack, platform).flatMap(({ resource, engine, major }): readonly Finding[] => {
                const twin = theirs.find((entry) => entry.resource.name === resource.name);
                if (twin === undefined) return [];
                const hidden = [engine, major, twin.engine, twin.major].find(isOpaque);
                if (hidden !== undefined) return [about(resource, opaque(hidden, `the engine of ${resource.name}`))];
                const [here, there] = [
                    `${String(engine)} ${String(major)}`,
                    `${String(twin.engine)} ${String(twin.major)}`,
                ];
                return [
                    about(
                        resource,
                        here === there
                            ? pass
                            : fail(`${resource.name} is ${here}, and ${there} in ${other.name}`, "the same in both"),
                    ),
                ];
            });
        }),
    ),
);

export const requireSameComponents = stackRule(
    {
        name: "require-same-components",
        factor: 10,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "Every environment has the same components: only sizes, counts, domains and retention differ.",
        mend: "Declare the component in both stacks, and let configuration set what may differ.",
        options: { stacks: STACKS },
    },
    {
        intent: (stack, { options }) =>
            compared(stack, options, (other) => {
                const [mine, theirs] = [componentsOf(stack), componentsOf(other)];
                const here = mine.map(({ key, urn }): Finding => {
                    if (theirs.some((entry) => entry.key === key)) return { urn, verdict: pass };
                    return {
                        urn,
                        verdict: other.complete
                            ? fail(`${key} is not in ${other.name}`, "the same components in both")
                            : outside(`${other.name} exports no intent of ${key}`),
                    };
                });
                const there = theirs
                    .filter(({ key }) => !mine.some((entry) => entry.key === key))
                    .map(({ key }) => ({
                        verdict: fail(`${key} is in ${other.name} only`, "the same components in both"),
                    }));
                return [...here, ...there];
            }),
    },
);

/** The platform is made on first need, and so is in a stack or not for other reasons. */
function componentsOf(stack: Stack): readonly { readonly key: string; readonly urn: string }[] {
    return stack.resources.flatMap(({ type, name, urn }) => {
        const kind = type.slice(type.lastIndexOf(":") + 1);
        return platformOf(type) === "intent" && kind !== "Platform" ? [{ key: `${kind} ${shown(name)}`, urn }] : [];
    });
}
