import { CLOUDS, on, workloads } from "../judges.js";
import { COMMIT_KEYS, labelled, REPOSITORY_KEYS } from "../labels.js";
import type { Stack } from "../resource.js";
import { type Context, type Finding, resourceRule, stackRule } from "../rule.js";
import { about, grouped, running } from "../stack.js";
import { isKnown, isOpaque, type Maybe } from "../values.js";
import { fail, opaque, outside, pass, shown } from "../verdict.js";

const WORDS = { aws: "tags", azure: "tags", kubernetes: "labels and annotations" } as const;

export const requireSourceLabels = resourceRule(
    {
        name: "require-source-labels",
        factor: 1,
        severity: "low",
        level: "advisory",
        description:
            "What runs says which repository and which commit it comes from, so that a release can be traced to its code.",
        mend: {
            aws: "Add the tags repository and commit, or set them once as defaultTags of the provider.",
            azure: "Add the tags repository and commit.",
            kubernetes: "Add the annotation org.opencontainers.image.source and the label twelvefold.dev/commit.",
        },
        options: {
            repositoryKeys: {
                type: "strings",
                description: "Keys that name the repository.",
                default: REPOSITORY_KEYS,
            },
            commitKeys: { type: "strings", description: "Keys that name the commit.", default: COMMIT_KEYS },
        },
    },
    on(
        CLOUDS,
        workloads(({ labels, platform }, { options }) => {
            if (isOpaque(labels)) return opaque(labels, `the set of ${WORDS[platform as keyof typeof WORDS]}`);
            const values: readonly (readonly [string, Maybe<string>])[] = [
                ["repository", labelled(labels, options.repositoryKeys)],
                ["commit", labelled(labels, options.commitKeys)],
            ];
            const missing = values.flatMap(([what, value]) => (value === undefined ? [what] : []));
            const hidden = values.find(([, value]) => isOpaque(value));
            if (missing.length === 0 && hidden !== undefined) return opaque(hidden[1], `the ${hidden[0]}`);
            return missing.length === 0
                ? pass
                : fail(
                      `its ${WORDS[platform as keyof typeof WORDS]} name no ${missing.join(" and no ")}`,
                      "the repository and the commit that it was built from",
                  );
        }),
    ),
);

export const requireOneCodebase = stackRule(
    {
        name: "require-one-codebase",
        factor: 1,
        severity: "medium",
        level: "advisory",
        description: "One app has one codebase: workloads that run the same image name the same repository.",
        mend: "Correct the repository that the workload names, or give the other codebase an image of its own.",
    },
    on(CLOUDS, oneCodebase),
);

function oneCodebase(stack: Stack, { platform }: Context): readonly Finding[] {
    const { containers, hidden } = running(stack, platform);
    const groups = grouped(containers, ({ image }) => image?.repository);
    const findings = [...groups].flatMap(([image, members]) => {
        const first = members.map(({ workload }) => labelled(workload.labels, REPOSITORY_KEYS)).find(isKnown);
        return members.map(({ resource, workload }) => {
            const repository = labelled(workload.labels, REPOSITORY_KEYS);
            if (isOpaque(repository)) return about(resource, opaque(repository, `the repository of ${resource.name}`));
            if (repository === undefined) return about(resource, outside(`${resource.name} names no repository`));
            return about(
                resource,
                repository === first
                    ? pass
                    : fail(
                          `${resource.name} runs ${shown(image)} from the repository ${shown(repository)}`,
                          `${shown(first)}, from which others run it`,
                      ),
            );
        });
    });
    return [...findings, ...hidden];
}
