import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { isolatedEnvironment } from "#dist/engine/environment.js";
import type { Engine } from "#dist/engine/index.js";
import { fakeEngine, temporary } from "./fakes.js";

const engine: Engine = { binFolder: "/engine", version: "3.220.0", origin: "cache" };

it("leaves out everything of the user's own Pulumi, and nothing else", () => {
    const folder = path.join(temporary(), "a", "b");
    const environment = isolatedEnvironment(engine, folder, {
        PATH: "/usr/bin",
        AWS_PROFILE: "mine",
        PULUMI_ACCESS_TOKEN: "pul-secret",
        PULUMI_STACK: "production",
        PULUMI_BACKEND_URL: "https://api.pulumi.com",
        PULUMI_CONFIG_PASSPHRASE: "mine",
        PULUMI_OPTION_PARALLEL: "1",
    });
    expect(environment).toEqual({
        PATH: "/engine:/usr/bin",
        AWS_PROFILE: "mine",
        NO_COLOR: "1",
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_BACKEND_URL: `file://${folder}/state`,
        PULUMI_CONFIG_PASSPHRASE_FILE: path.join(folder, "passphrase"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    expect(existsSync(path.join(folder, "state"))).toBe(true);
});

it("makes a passphrase once, for this user only", () => {
    const folder = temporary();
    const passphrase = () => {
        const { PULUMI_CONFIG_PASSPHRASE_FILE: file } = isolatedEnvironment(engine, folder, {});
        expect(statSync(file ?? "").mode & 0o777).toBe(0o600);
        return readFileSync(file ?? "", "utf8");
    };
    const first = passphrase();
    expect(first).toMatch(/^[\w-]{32}$/);
    expect(passphrase()).toBe(first);
    const other = isolatedEnvironment(engine, temporary(), {}).PULUMI_CONFIG_PASSPHRASE_FILE;
    expect(readFileSync(other ?? "", "utf8")).not.toBe(first);
});

it("leaves PATH alone where the engine is found by it", () => {
    const bin = fakeEngine(temporary());
    const own: Engine = { binFolder: bin, version: "3.220.0", origin: "path" };
    const PATH = `/home/me/node/bin:${bin}:/usr/bin`;
    expect(isolatedEnvironment(own, temporary(), { PATH }).PATH).toBe(PATH);
    expect(isolatedEnvironment(engine, temporary(), { PATH }).PATH).toBe(`/engine:${PATH}`);
});
