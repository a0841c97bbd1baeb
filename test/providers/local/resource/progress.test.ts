import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { telling } from "#dist/providers/local/resource/progress.js";

beforeEach(() => {
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

test("work that is done soon is not told of", async () => {
    const printed: string[] = [];
    const print = (line: string) => printed.push(line);
    const work = async (onProgress: (line: string) => void) => {
        onProgress("one");
        return 7;
    };
    expect(await telling("web", work, print)).toBe(7);
    vi.advanceTimersByTime(60_000);
    expect(printed).toEqual([]);
});

test("long work is told from its beginning, and then as it goes on, also when it fails", async () => {
    const printed: string[] = [];
    let tell = (_line: string) => {};
    let fail = (_error: Error) => {};
    const done = telling(
        "web",
        (onProgress) => {
            tell = onProgress;
            return new Promise((_resolve, reject) => {
                fail = reject;
            });
        },
        (line) => printed.push(line),
    );
    tell("one");
    tell("two");
    vi.advanceTimersByTime(1999);
    expect(printed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(printed).toEqual(["web: one", "web: two"]);
    tell("three");
    expect(printed.at(-1)).toBe("web: three");
    fail(new Error("no"));
    await expect(done).rejects.toThrow("no");
});
