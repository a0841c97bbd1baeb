import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";

// The words are tested one by one in test/components/wrong-programs.test.ts; here: what a user of pulumi sees of them.
describe.sequential("a program that asks for what cannot be", () => {
    let project: PulumiProject;

    beforeAll(async () => {
        project = await PulumiProject.create({ files: { "index.js": "" } });
    }, ENGINE_MILLISECONDS);

    afterAll(() => project?.dispose());

    const preview = async (program: string, config: Record<string, string>) => {
        await project.config(config);
        project.write(
            "index.js",
            `const { output } = require("@pulumi/pulumi");\nconst t = require("twelvefold");\n${program}\n`,
        );
        const run = await project.preview({ expectFailure: true });
        // The first error under "Diagnostics:", with its further lines.
        return {
            error: /^ {4}error: ((?:.*\n(?: {6}.*\n)*))/m.exec(run.stdout)?.[1]?.replaceAll("\n    ", "\n").trim(),
            milliseconds: run.durationMilliseconds,
        };
    };

    test("is told where to choose a target", async () => {
        project.write("index.js", 'const t = require("twelvefold");\nnew t.Queue("mail");\n');
        expect((await project.preview({ expectFailure: true })).stdout).toContain(
            "error: twelvefold:target is not set; allowed: local, kubernetes, aws or azure. " +
                "Choose where this stack runs: pulumi config set twelvefold:target local",
        );
    });

    test("is told that a target is not known", async () => {
        const gcp = await preview('new t.Queue("mail");', { "twelvefold:target": "gcp" });
        expect(gcp.error).toContain('twelvefold:target is "gcp"; allowed: local, kubernetes, aws or azure.');
    });

    test("sees all problems of a component at once, and no stack trace", async () => {
        const { error } = await preview('new t.Queue("mail", { maxDeliveries: 0, delaySeconds: -1 });', {
            "twelvefold:target": "local",
        });
        expect(error).toBe(
            [
                'Queue "mail" has 2 problems:',
                "  - maxDeliveries is 0; allowed: a whole number of deliveries from 1 to 1000.",
                "  - delaySeconds is -1; allowed: a whole number of seconds from 0 to 900.",
            ].join("\n"),
        );
    });

    test("sees the same words, as quickly, for what is known only in an Output", async () => {
        const { error, milliseconds } = await preview('new t.Queue("mail", { maxDeliveries: output(0) });', {
            "twelvefold:target": "local",
        });
        expect(error).toBe('Queue "mail": maxDeliveries is 0; allowed: a whole number of deliveries from 1 to 1000.');
        // Inspecting the error with everything that hangs on it took Pulumi half a minute (providers/errors.ts).
        expect(milliseconds).toBeLessThan(20_000);
    });
});
