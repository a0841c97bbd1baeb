import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { build } from "#dist/engine/build.js";
import { environmentWith, listening, program, temporary } from "./fakes.js";

const NO_GO = { PATH: "/nowhere" };

/** A Go that does nothing but what this script says for `list` and `build`. */
function fakeGo(options: { version?: string; list?: string; build?: string } = {}) {
    const bin = temporary();
    const sdk = temporary();
    for (const name of ["pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"]) {
        program(path.join(sdk, "nodejs", "dist"), name, `echo ${name}`);
    }
    const log = path.join(bin, "log");
    program(
        bin,
        "go",
        `echo "$(basename "$PWD") $GOFLAGS $GOWORK $CGO_ENABLED $*" >> ${log}
        case "$1" in
            env) ${options.version === undefined ? 'echo "go1.26.1"' : options.version} ;;
            list) ${options.list ?? 'echo "go: downloading example.com/a v1.0.0" >&2; echo "go: downloading example.com/b v1.0.0" >&2'} ;;
            build) ${options.build ?? 'echo "internal/abi" >&2; echo "example.com/a" >&2; while [ "$1" != -o ]; do shift; done; echo program > "$2"'} ;;
            mod) echo '{ "Dir": "${sdk}" }' ;;
        esac`,
    );
    return {
        environment: { ...environmentWith(bin), GOFLAGS: "-race", GOWORK: "/elsewhere" },
        calls: () => readFileSync(log, "utf8"),
    };
}

it("builds both programs from the committed modules and copies the launch scripts", async () => {
    const { environment, calls } = fakeGo();
    const into = temporary();
    const progress = listening();
    await build("3.220.0", into, progress, environment);
    expect(readdirSync(into).sort()).toEqual([
        "pulumi",
        "pulumi-analyzer-policy",
        "pulumi-language-nodejs",
        "pulumi-resource-pulumi-nodejs",
    ]);
    const settings = "-mod=readonly off 0";
    const flags = `-v -trimpath -buildvcs=false -ldflags -s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.220.0 -o ${into}`;
    const cli = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
    const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
    expect(calls().trim().split("\n")).toEqual([
        `cli ${settings} env GOVERSION`,
        `cli ${settings} list -deps ${cli}`,
        `cli ${settings} build ${flags}/pulumi ${cli}`,
        `language ${settings} list -deps ${host}`,
        `language ${settings} build ${flags}/pulumi-language-nodejs ${host}`,
        `language ${settings} mod download -json github.com/pulumi/pulumi/sdk/v3@v3.68.0`,
    ]);
    expect(progress.told.slice(0, 6)).toEqual([
        "Downloading the sources of pulumi",
        "module 1 of about 213",
        "module 2 of about 213",
        "Compiling pulumi",
        "1 of at most 1353 packages, 0 %",
        "2 of at most 1353 packages, 0 %",
    ]);
});

it.each([
    ['echo "go1.21.3"', "Go 1.21.3 is too old; install Go 1.24.7 or later (https://go.dev/dl/)"],
    [
        'echo "go: download go1.24.7: toolchain not available" >&2; exit 1',
        '"go env GOVERSION" failed: go: download go1.24.7: toolchain not available; install Go 1.24.7 or later (https://go.dev/dl/)',
    ],
])("refuses a Go that is too old: %s", async (version, message) => {
    const { environment } = fakeGo({ version });
    await expect(build("3.220.0", temporary(), listening(), environment)).rejects.toThrow(new Error(message));
});

it("says where to get Go when there is none", async () => {
    await expect(build("3.220.0", temporary(), listening(), NO_GO)).rejects.toThrow(
        new Error("there is no Go (spawn go ENOENT); install Go 1.24.7 or later (https://go.dev/dl/)"),
    );
});

it("shows the end of what Go says, without the packages that went well", async () => {
    const list =
        'echo "go: downloading example.com/a v1.0.0" >&2; echo "example.com/a@v1.0.0: proxy is down" >&2; exit 1';
    await expect(build("3.220.0", temporary(), listening(), fakeGo({ list }).environment)).rejects.toThrow(
        new Error("the sources of pulumi cannot be downloaded: example.com/a@v1.0.0: proxy is down"),
    );
    const failing =
        'echo "internal/abi" >&2; echo "a.go:1:1: no space left on device" >&2; echo "internal/cpu" >&2; exit 1';
    await expect(build("3.220.0", temporary(), listening(), fakeGo({ build: failing }).environment)).rejects.toThrow(
        new Error("pulumi cannot be compiled: a.go:1:1: no space left on device"),
    );
    await expect(
        build("3.220.0", temporary(), listening(), fakeGo({ build: "kill -9 $$" }).environment),
    ).rejects.toThrow(new Error("pulumi cannot be compiled: ended by SIGKILL"));
});
