import fc from "fast-check";
import { expect, test } from "vitest";
import { CUT_MARK, cutLine, LINE_BYTES, LineSplitter } from "#dist/providers/local/logs/lines.js";

/** Splits bytes that come in pieces of these sizes, over and over. */
function split(bytes: Buffer, sizes: readonly number[]): string[] {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    const shared = Buffer.alloc(bytes.length);
    for (let at = 0, index = 0; at < bytes.length; index++) {
        const size = Math.max(1, sizes[index % sizes.length] ?? 1);
        const piece = bytes.subarray(at, at + size);
        // The same buffer each time, as the follower does.
        piece.copy(shared);
        splitter.push(shared.subarray(0, piece.length));
        at += size;
    }
    splitter.finish();
    return lines;
}

const text = fc.string({ unit: "binary" }).map((line) => line.replaceAll(/[\n\r\0]/g, ""));

test("lines come out as they were written, wherever the chunks end", () => {
    fc.assert(
        fc.property(
            fc.array(text),
            fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
            fc.boolean(),
            (lines, sizes, ended) => {
                const bytes = Buffer.from(lines.join("\n") + (ended ? "\n" : ""));
                const written = bytes.toString("utf8").split("\n");
                if (written.at(-1) === "") written.pop();
                expect(split(bytes, sizes)).toEqual(written);
            },
        ),
        { numRuns: 500 },
    );
});

test("a long line is cut in the same way, wherever the chunks end, and the next line is whole", () => {
    fc.assert(
        fc.property(
            fc.constantFrom("a", "é", "€", "🦉"),
            fc.integer({ min: 0, max: 5 }),
            fc.integer({ min: -4, max: 70_000 }),
            fc.integer({ min: 1000, max: 300_000 }),
            fc.boolean(),
            (character, shift, extra, size, carriageReturn) => {
                const units = Math.ceil((LINE_BYTES + extra - shift) / Buffer.byteLength(character));
                const long = "x".repeat(shift) + character.repeat(units);
                const end = carriageReturn ? "\r\n" : "\n";
                const [cut, next, ...rest] = split(Buffer.from(`${long}${end}next${end}`), [size]);
                expect(cut).toBe(cutLine(long));
                expect(next).toBe("next");
                expect(rest).toEqual([]);
                if (Buffer.byteLength(long) <= LINE_BYTES) expect(cut).toBe(long);
                else {
                    expect(cut?.endsWith(CUT_MARK)).toBe(true);
                    const kept = cut?.slice(0, -CUT_MARK.length) ?? "";
                    expect(long.startsWith(kept)).toBe(true);
                    expect(Buffer.byteLength(kept)).toBeGreaterThan(LINE_BYTES - 4);
                    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(LINE_BYTES);
                }
            },
        ),
        { numRuns: 100 },
    );
});

test("a line without an end takes no memory beyond the cut", () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    const chunk = Buffer.alloc(100_000, "z");
    for (let index = 0; index < 50; index++) {
        splitter.push(chunk);
        expect(splitter.unfinished.bytes).toBeLessThanOrEqual(LINE_BYTES + 1);
    }
    expect(lines.length).toBe(1);
    expect(splitter.unfinished).toEqual({ bytes: 0, cut: true });
    splitter.push(Buffer.from("end\nwhole\n"));
    expect(lines.slice(1)).toEqual(["whole"]);
});

test("zeros before a line are what a hole leaves", () => {
    expect(split(Buffer.concat([Buffer.alloc(5000), Buffer.from("text\n\n")]), [512])).toEqual(["text", ""]);
});
