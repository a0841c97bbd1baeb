import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
    type ExitStatus,
    groupLives,
    identify,
    isAlive,
    signalGroup,
    spawnDetached,
    stopProcessGroup,
} from "#dist/providers/local/process/index.js";

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "twelvefold-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ENV = { PATH: process.env.PATH ?? "" };

function start(script: string, options: Partial<Parameters<typeof spawnDetached>[0]> = {}) {
    let tellExit: (status: ExitStatus) => void = () => undefined;
    const exited = new Promise<ExitStatus>((resolve) => {
        tellExit = resolve;
    });
    const out = path.join(folder, "out");
    const started = spawnDetached({
        command: "/bin/sh",
        args: ["-c", script],
        cwd: folder,
        env: ENV,
        stdout: out,
        stderr: out,
        onExit: tellExit,
        ...options,
    });
    return { started, exited, output: () => readFileSync(out, "utf8") };
}

async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("a pid with another start time is another process", async () => {
    const own = identify(process.pid);
    expect(own && isAlive(own)).toBe(true);
    expect(isAlive({ pid: process.pid, startTime: "another" })).toBe(false);
    expect(signalGroup({ pid: process.pid, startTime: "another" }, "SIGTERM")).toBe(false);
});

test("a command that cannot be started is an error that names it", async () => {
    const { started } = start("", { command: path.join(folder, "nothing") });
    await expect(started).rejects.toThrow(/Cannot start .*nothing: .*ENOENT/);
});

test("the identity is written down before the command runs", async () => {
    const seen: boolean[] = [];
    const mark = path.join(folder, "mark");
    const { started, exited } = start(`touch ${mark}`, {
        beforeRun: (id) => {
            spawnSync("sleep", ["0.1"]);
            seen.push(isAlive(id), existsSync(mark));
        },
    });
    await started;
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(seen).toEqual([true, false]);
    expect(existsSync(mark)).toBe(true);
});

test("a command whose identity could not be written down is never run", async () => {
    const mark = path.join(folder, "mark");
    const { started, exited } = start(`touch ${mark}`, {
        beforeRun: () => {
            throw new Error("no space left");
        },
    });
    await expect(started).rejects.toThrow("no space left");
    expect((await exited).code).toBe(125);
    expect(existsSync(mark)).toBe(false);
});

test("behind the gate the process is the command itself, with its environment and nothing more", async () => {
    const { started, exited, output } = start("", {
        command: process.execPath,
        args: ["-p", "process.pid + ' ' + Object.keys(process.env).sort() + ' ' + process.argv[1]", "a b"],
        env: { ...ENV, GREETING: 'it\'s "$HOME"' },
        beforeRun: () => undefined,
    });
    const { pid } = await started;
    await exited;
    // macOS and bash add one each of their own.
    expect(
        output()
            .replace(/,?(__CF_USER_TEXT_ENCODING|_)(?=[, ])/g, "")
            .trim(),
    ).toBe(`${pid} GREETING,PATH a b`);
});

test("the exit status is in a file for whoever comes later", async () => {
    const statusFile = path.join(folder, "status");
    const { started, exited } = start("exit 7", { statusFile });
    await started;
    await exited;
    expect(readFileSync(statusFile, "utf8").trim()).toBe("7");
});

test("a signal to the group ends the command, and the file tells", async () => {
    const statusFile = path.join(folder, "status");
    const { started, output } = start("echo up; exec sleep 60", { statusFile });
    const id = await started;
    await until(() => output().includes("up"));
    expect(await stopProcessGroup(id, { graceSeconds: 5 })).toBe("exited");
    expect(readFileSync(statusFile, "utf8").trim()).toBe("143");
});

test("a process that ignores SIGTERM is killed after its grace", async () => {
    const { started, output } = start("trap '' TERM; echo up; while :; do sleep 0.05; done");
    const id = await started;
    await until(() => output().includes("up"));
    const before = performance.now();
    expect(await stopProcessGroup(id, { graceSeconds: 0.3 })).toBe("killed");
    expect(performance.now() - before).toBeLessThan(3000);
    expect(isAlive(id)).toBe(false);
});

test("what a leader leaves behind is ended, too", async () => {
    const { started, exited, output } = start("sleep 60 & echo $!; exit 0");
    const id = await started;
    await exited;
    const child = Number(output().trim());
    expect(identify(child)).toBeDefined();
    expect(groupLives(id)).toBe(true);
    expect(await stopProcessGroup(id, { graceSeconds: 2 })).toBe("exited");
    expect(identify(child)).toBeUndefined();
    expect(await stopProcessGroup(id, { graceSeconds: 2 })).toBe("exited");
});
