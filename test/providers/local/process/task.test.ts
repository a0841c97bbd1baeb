import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runTask, type TaskPlan, type TaskRecord } from "#dist/providers/local/supervisor/task.js";

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-task-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const plan = (script: string): TaskPlan => ({
    command: "/bin/sh",
    args: ["-c", script],
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", KEY: "secret" },
    files: path.join(folder, "task"),
    timeoutSeconds: 20,
    graceSeconds: 1,
});

test("tells how a command ended, also who comes when it is over", async () => {
    let record: TaskRecord | undefined;
    const first = await runTask(plan("exit 3"), undefined, (saved) => {
        record = saved;
    });
    expect(first).toMatchObject({ status: "failed", exitCode: 3 });
    const never = () => {
        throw new Error("It is not started again.");
    };
    expect(await runTask(plan("exit 3"), record, never)).toMatchObject({ status: "failed", exitCode: 3 });
    expect(await runTask(plan("exit 0"), undefined, () => undefined)).toMatchObject({
        status: "succeeded",
        exitCode: 0,
    });
});

test("an exit status that nobody could write down is no success", async () => {
    let record: TaskRecord | undefined;
    await runTask(plan("exit 0"), undefined, (saved) => {
        record = saved;
    });
    writeFileSync(path.join(folder, "task.status"), "");
    const outcome = await runTask(plan("exit 0"), record, () => undefined);
    expect(outcome.status).toBe("failed");
    expect(outcome).not.toHaveProperty("exitCode");
});
