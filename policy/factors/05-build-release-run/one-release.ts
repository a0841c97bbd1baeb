import { EVERYWHERE } from "../../judges.js";
import type { Platform, Resource, Stack } from "../../resource.js";
import { type Finding, stackRule } from "../../rule.js";
import { about, grouped, ofType, running } from "../../stack.js";
import { fail, pass, shown } from "../../verdict.js";

export const requireOneRelease = stackRule(
    {
        name: "require-one-release",
        factor: 5,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "All processes of one app run the same release: a web process and a worker of two versions disagree about the data.",
        mend: "Give all processes of the app the same image.",
    },
    Object.fromEntries(EVERYWHERE.map((platform) => [platform, (stack: Stack) => oneRelease(stack, platform)])) as {
        readonly [P in (typeof EVERYWHERE)[number]]: (stack: Stack) => readonly Finding[];
    },
);

/** Task definitions that a service runs; a task definition that nothing runs may be an old one that is kept. */
function inService(stack: Stack, resource: Resource): boolean {
    return (
        resource.type !== "aws:ecs:TaskDefinition" ||
        ofType(stack, "aws:ecs:Service").some(({ dependencies }) => dependencies.includes(resource.urn))
    );
}

function oneRelease(stack: Stack, platform: Platform): readonly Finding[] {
    const { containers, hidden } = running(stack, platform);
    const services = containers.filter(
        ({ workload, container, resource, image }) =>
            image !== undefined && workload.role !== "job" && !container.initial && inService(stack, resource),
    );
    const groups = grouped(services, ({ image }) => image?.repository);
    const findings = [...groups].flatMap(([repository, members]) => {
        const [first] = members;
        return members.map(({ resource, image }) => {
            const same =
                image?.digest === first?.image?.digest &&
                (image?.digest !== undefined || image?.tag === first?.image?.tag);
            return about(
                resource,
                same
                    ? pass
                    : fail(
                          `${resource.name} runs ${shown(repository)} at ${versionOf(image)}, and ${first?.resource.name} at ${versionOf(first?.image)}`,
                          "one release of it",
                      ),
            );
        });
    });
    return [...findings, ...hidden];
}

function versionOf(
    image: { readonly digest: string | undefined; readonly tag: string | undefined } | undefined,
): string {
    return image?.digest ?? image?.tag ?? "latest";
}
