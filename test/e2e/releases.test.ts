import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LocalStack } from "./support/stack.js";

/** Far beyond the patience of the apps here. */
const HELD_MILLISECONDS = 120_000;

describe.sequential("releases", () => {
    let stack: LocalStack;

    beforeAll(async () => {
        stack = await LocalStack.create();
    });
    afterAll(() => stack?.dispose());

    test("going back to earlier code is a release: a new number, and the id that this code had", async () => {
        const first = await stack.apply("web", { version: "1" });
        stack.edit("web.js", 'CODE = "a"', 'CODE = "b"');
        const second = await stack.apply("web", { version: "1" });
        expect(await body(`${stack.url}/r/x`)).toBe("b x ");
        stack.edit("web.js", 'CODE = "b"', 'CODE = "a"');
        const third = await stack.apply("web", { version: "1" });
        expect(await body(`${stack.url}/r/x`)).toBe("a x ");

        expect([first, second, third].map(({ release }) => release)).toEqual([1, 2, 3]);
        expect(third.releaseId).toBe(first.releaseId);
        expect(second.releaseId).not.toBe(first.releaseId);
        const { release, releaseId, releases } = await stack.app("web");
        expect({ release, releaseId }).toEqual({ release: 3, releaseId: first.releaseId });
        expect(releases.map((one) => [one.number, one.releaseId, one.status])).toEqual([
            [1, first.releaseId, "superseded"],
            [2, second.releaseId, "superseded"],
            [3, first.releaseId, "active"],
        ]);
        // The same once more is no release.
        expect(await stack.apply("web", { version: "1" })).toMatchObject({ release: 3 });
        expect((await stack.app("web")).releases).toHaveLength(3);
    });

    test("an app that ignores SIGTERM holds a rollout up for its patience, and no longer", async () => {
        const stubborn = { behaviour: "stubborn", stopTimeoutSeconds: 3 };
        await stack.apply("web", { version: "stubborn", ...stubborn });
        const seconds = await timed(() => stack.apply("web", { version: "after it" }));
        expect(seconds).toBeGreaterThanOrEqual(3);
        expect(seconds).toBeLessThanOrEqual(3 + 5);
        expect((await stack.app("web")).replicas.map(({ state }) => state)).toEqual(["ready", "ready"]);
    });

    test("nor do requests that do not end, and then SIGTERM that is ignored", async () => {
        const stopTimeoutSeconds = 8;
        await stack.apply("web", {
            version: "held",
            behaviour: "stubborn",
            stopTimeoutSeconds,
            environment: { HOLD_MILLISECONDS: String(HELD_MILLISECONDS) },
        });
        const held = ["1", "2"].map((nonce) => fetch(`${stack.url}/hold/${nonce}`).then(({ status }) => status));
        await Promise.all(held.map((_, nonce) => body(`${stack.url}/r/${nonce}`)));
        const seconds = await timed(() => stack.apply("web", { version: "after that" }));
        expect(seconds).toBeGreaterThanOrEqual(stopTimeoutSeconds);
        expect(seconds).toBeLessThanOrEqual(stopTimeoutSeconds + 5);
        // They were asked of the next release, as they may be asked twice.
        expect(await Promise.all(held)).toEqual([200, 200]);
    });
});

async function body(url: string): Promise<string> {
    return (await fetch(url)).text();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
}
