import { expect, test } from "vitest";
import { Batch } from "#dist/providers/local/logs/batch.js";

test("takes lines until one may have no room, and a first one of any length", () => {
    const long = `${"ß€😀\ud800".repeat(400_000)}\n`;
    const alone = new Batch("web", "2026-03-02", long);
    expect(alone.bytes.equals(Buffer.from(long))).toBe(true);
    const batch = new Batch("web", "2026-03-02", "first\n");
    let lines = "first\n";
    const line = `${"€".repeat(1000)}\n`;
    while (batch.add(line)) lines += line;
    expect(batch.bytes.equals(Buffer.from(lines))).toBe(true);
    expect(batch.length).toBeGreaterThan(1024 * 1024 - 2 * 3003);
});

test("memory that was given back holds nothing of what was in it", () => {
    const first = new Batch("web", "2026-03-02", "a secret of another app\n");
    first.free();
    const second = new Batch("web", "2026-03-02", "x\n");
    expect(first.length).toBe(0);
    expect(second.bytes.toString()).toBe("x\n");
});
