import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import type { Response } from "undici";
import { reasonOf } from "./error.js";
import type { Progress } from "./progress.js";
import { run } from "./run.js";

const RELEASES = "https://get.pulumi.com/releases/sdk";

/** A network that lets nothing through often does not answer at all; the build must not wait for it. */
const CONNECT_SECONDS = 5;
const ANSWER_SECONDS = 15;
const STALL_SECONDS = 30;

/**
 * Installs the official build of a version into a folder, checked against its published checksum
 * (https://www.pulumi.com/docs/install/versions/).
 *
 * @param releases where the archives and checksums are
 * @throws Error with the reason
 */
export async function installOfficial(
    version: string,
    into: string,
    progress: Progress,
    environment: NodeJS.ProcessEnv,
    releases: string = RELEASES,
): Promise<void> {
    const name = `pulumi-v${version}-${platformName()}-${architectureName()}.tar.gz`;
    progress.phase(`Downloading Pulumi ${version}`);
    const get = await getter(environment);
    const expected = checksumOf(name, await (await get(`${releases}/pulumi-${version}-checksums.txt`)).text());
    // Beside the folder, so that the folder holds nothing but the engine.
    const archive = `${into}.tar.gz`;
    try {
        const url = `${releases}/${name}`;
        const actual = await save(await get(url), archive, progress);
        if (actual !== expected)
            throw new Error(`${url} has the SHA-256 ${actual}, and the published one is ${expected}`);
        progress.phase("Unpacking it");
        const { code, stderr } = await run("tar", ["-xzf", archive, "-C", into, "--strip-components=1"]);
        if (code !== 0) throw new Error(`${name} cannot be unpacked: ${stderr.trim()}`);
    } finally {
        await rm(archive, { force: true });
    }
}

/** The SHA-256 of a file in a list as sha256sum writes it. */
function checksumOf(name: string, list: string): string {
    for (const line of list.split("\n")) {
        const [sum, file] = line.trim().split(/\s+\*?/);
        if (file === name && sum !== undefined) return sum;
    }
    throw new Error(`the published checksums have none for ${name}`);
}

/** Writes a body to a file. @returns its SHA-256 */
async function save(response: Response, file: string, progress: Progress): Promise<string> {
    const hash = createHash("sha256");
    const size = Number(response.headers.get("content-length") ?? 0);
    const target = await open(file, "w");
    let received = 0;
    try {
        for await (const chunk of response.body ?? []) {
            hash.update(chunk);
            await target.writeFile(chunk);
            received += chunk.length;
            progress.detail(size > 0 ? `${Math.floor((received / size) * 100)} % of ${mega(size)}` : mega(received));
        }
    } finally {
        await target.close();
    }
    return hash.digest("hex");
}

async function getter(environment: NodeJS.ProcessEnv): Promise<(url: string) => Promise<Response>> {
    // Loaded here: most runs find an engine without any network.
    const { EnvHttpProxyAgent, fetch } = await import("undici");
    const httpsProxy = environment.HTTPS_PROXY ?? environment.https_proxy;
    const httpProxy = environment.HTTP_PROXY ?? environment.http_proxy;
    const dispatcher = new EnvHttpProxyAgent({
        ...(httpsProxy === undefined ? {} : { httpsProxy }),
        ...(httpProxy === undefined ? {} : { httpProxy }),
        noProxy: environment.NO_PROXY ?? environment.no_proxy ?? "",
        connect: { timeout: CONNECT_SECONDS * 1000 },
        headersTimeout: ANSWER_SECONDS * 1000,
        bodyTimeout: STALL_SECONDS * 1000,
    });
    return async (url) => {
        let response: Response;
        try {
            response = await fetch(url, { dispatcher });
        } catch (error) {
            throw new Error(`${url}: ${reasonOf(error)}`);
        }
        if (!response.ok) throw new Error(`${url} answers ${response.status} ${response.statusText}`.trimEnd());
        return response;
    };
}

function mega(bytes: number): string {
    return `${Math.round(bytes / 1_000_000)} MB`;
}

function platformName(): string {
    if (process.platform === "linux" || process.platform === "darwin") return process.platform;
    throw new Error(`there is none for ${process.platform} here; Linux and macOS have one`);
}

function architectureName(): string {
    if (process.arch === "x64" || process.arch === "arm64") return process.arch;
    throw new Error(`there is none for ${process.arch}; x64 and arm64 have one`);
}
