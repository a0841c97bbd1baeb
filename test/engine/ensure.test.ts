import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { ensureEngine, type Source, type Sources } from "#dist/engine/index.js";
import { environmentWith, fakeEngine, listening, program, temporary } from "./fakes.js";

const NAME = `3.220.0-${process.platform}-${process.arch}`;

const unreachable: Source = () => Promise.reject(new Error("the network is blocked"));
const works: Source = (version, into) => Promise.resolve(void fakeEngine(into, version));

function sources(official: Source, build: Source): Sources & { readonly calls: string[] } {
    const calls: string[] = [];
    return {
        calls,
        official: (...args) => {
            calls.push("official");
            return official(...args);
        },
        build: (...args) => {
            calls.push("build");
            return build(...args);
        },
    };
}

const cacheOf = (environment: { XDG_CACHE_HOME: string }) =>
    path.join(environment.XDG_CACHE_HOME, "twelvefold", "engine");

it("takes the engine on PATH, and makes no cache", async () => {
    const bin = fakeEngine(temporary(), "3.250.0");
    const environment = environmentWith(bin);
    const used = sources(works, works);
    expect(await ensureEngine(listening(), environment, used)).toEqual({
        binFolder: bin,
        version: "3.250.0",
        origin: "path",
    });
    expect(used.calls).toEqual([]);
    expect(readdirSync(environment.XDG_CACHE_HOME)).toEqual([]);
});

it("downloads once, and then takes the cache", async () => {
    const environment = environmentWith();
    const binFolder = path.join(cacheOf(environment), NAME);
    const used = sources(works, unreachable);
    const progress = listening();
    expect(await ensureEngine(progress, environment, used)).toEqual({
        binFolder,
        version: "3.220.0",
        origin: "official",
    });
    expect(progress.told).toEqual([`Pulumi 3.220.0 is in ${binFolder}`]);
    expect(await ensureEngine(progress, environment, used)).toEqual({ binFolder, version: "3.220.0", origin: "cache" });
    expect(used.calls).toEqual(["official"]);
    expect(readdirSync(cacheOf(environment))).toEqual([NAME]);
});

it("builds where the download is blocked", async () => {
    const used = sources(unreachable, works);
    expect(await ensureEngine(listening(), environmentWith(), used)).toMatchObject({ origin: "built" });
    expect(used.calls).toEqual(["official", "build"]);
});

it("passes over what came and does not work", async () => {
    const environment = environmentWith();
    const broken: Source = (_, into) => Promise.resolve(void program(into, "pulumi", "echo bad file >&2; exit 1"));
    expect(await ensureEngine(listening(), environment, sources(broken, works))).toMatchObject({ origin: "built" });
    await expect(ensureEngine(listening(), environmentWith(), sources(broken, broken))).rejects.toThrow(
        /Official download: what came does not work: ".*pulumi version" failed: bad file\./,
    );
});

it("gets the engine again when files of the cache are gone", async () => {
    const environment = environmentWith();
    const used = sources(works, unreachable);
    const { binFolder } = await ensureEngine(listening(), environment, used);
    rmSync(path.join(binFolder, "pulumi-language-nodejs"));
    expect(await ensureEngine(listening(), environment, used)).toMatchObject({ binFolder, origin: "official" });
    expect(existsSync(path.join(binFolder, "pulumi-language-nodejs"))).toBe(true);
});

it("takes nothing that an interrupted run left, and removes it", async () => {
    const environment = environmentWith();
    const left = path.join(cacheOf(environment), `${NAME}.new-abc123`);
    mkdirSync(left, { recursive: true });
    writeFileSync(path.join(left, "pulumi"), "half");
    await ensureEngine(listening(), environment, sources(works, unreachable));
    expect(readdirSync(cacheOf(environment))).toEqual([NAME]);
});

it("gets one engine for two who ask at the same time", async () => {
    const environment = environmentWith();
    let go = () => {};
    const released = new Promise<void>((resolve) => {
        go = resolve;
    });
    const slow: Source = async (version, into) => {
        await released;
        fakeEngine(into, version);
    };
    const used = sources(slow, unreachable);
    const waiting = listening();
    const first = ensureEngine(listening(), environment, used);
    const second = ensureEngine(waiting, environment, used);
    await expect.poll(() => waiting.told).toEqual([`Waiting for process ${process.pid}, which gets the engine`]);
    go();
    expect((await Promise.all([first, second])).map(({ origin }) => origin)).toEqual(["official", "cache"]);
    expect(used.calls).toEqual(["official"]);
});

it("says what was tried, why each failed, and what to do", async () => {
    const bin = temporary();
    const old = program(bin, "pulumi", "echo v3.100.0");
    const noGo: Source = () => Promise.reject(new Error("there is no Go."));
    const error = await ensureEngine(listening(), environmentWith(bin), sources(unreachable, noGo)).catch(
        (e: Error) => e,
    );
    expect((error as Error).message).toBe(`There is no Pulumi engine here, and none could be had:
  - On PATH: ${old} is version 3.100.0, and 3.220.0 or later is needed.
  - Official download: the network is blocked.
  - Build from source: there is no Go.
One of these helps; then run this again:
  - Install Pulumi 3.220.0 or later, so that pulumi is on PATH: https://www.pulumi.com/docs/install/
  - Let this machine reach https://get.pulumi.com, from which Pulumi 3.220.0 is downloaded (HTTPS_PROXY is heeded).
  - Install Go 1.24.7 or later (https://go.dev/dl/) and let it reach its module proxy (go env GOPROXY): the engine is then built from source, which takes about five minutes and 3 GB of disk.`);
});

it("says which folder it cannot write to", async () => {
    const file = path.join(temporary(), "file");
    writeFileSync(file, "");
    await expect(
        ensureEngine(listening(), { ...environmentWith(), XDG_CACHE_HOME: file }, sources(works, works)),
    ).rejects.toThrow(
        `The engine cannot be kept in ${file}/twelvefold/engine (ENOTDIR): set XDG_CACHE_HOME to a folder that you can write to.`,
    );
});
