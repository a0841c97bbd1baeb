import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { progressOn } from "#dist/engine/progress.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stream(terminal?: { columns: number }) {
    const written: string[] = [];
    return { written, write: (text: string) => written.push(text), ...(terminal ? { isTTY: true, ...terminal } : {}) };
}

describe("where there is no terminal", () => {
    it("writes a line for each phase, and one every ten seconds", () => {
        const out = stream();
        const progress = progressOn(out);
        progress.phase("Downloading");
        vi.advanceTimersByTime(9000);
        progress.phase("Compiling");
        for (let i = 1; i <= 25; i++) {
            progress.detail(`${i} %`);
            vi.advanceTimersByTime(1000);
        }
        progress.done("It is there");
        expect(out.written).toEqual([
            "Downloading (0 s)\n",
            "Compiling (0 s)\n",
            "Compiling (10 s, 10 %)\n",
            "Compiling (20 s, 20 %)\n",
            "It is there\n",
        ]);
    });

    it("ends with stop", () => {
        const out = stream();
        const progress = progressOn(out);
        progress.phase("Compiling");
        progress.stop();
        vi.advanceTimersByTime(60_000);
        expect(out.written).toEqual(["Compiling (0 s)\n"]);
    });
});

describe("on a terminal", () => {
    it("writes over one line that fits, twice a second", () => {
        const out = stream({ columns: 20 });
        const progress = progressOn(out);
        progress.phase("Compiling");
        progress.detail("412 of at most 1353 packages");
        vi.advanceTimersByTime(1000);
        progress.done("It is there");
        expect(out.written).toEqual([
            "\r\x1b[KCompiling (0 s)",
            "\r\x1b[KCompiling (1 s, 412",
            "\r\x1b[KCompiling (1 s, 412",
            "\r\x1b[K",
            "It is there\n",
        ]);
    });
});
