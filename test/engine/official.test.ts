import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { afterEach, expect, it } from "vitest";
import { installOfficial } from "#dist/engine/official.js";
import { fakeEngine, listening, temporary } from "./fakes.js";

const NAME = `pulumi-v3.220.0-${process.platform}-${process.arch}.tar.gz`;
const servers: Server[] = [];

afterEach(async () => {
    for (const server of servers.splice(0)) {
        server.closeAllConnections();
        server.close();
        await once(server, "close");
    }
});

/** Serves files by name; the rest is not found. */
async function releases(files: Record<string, Buffer | string>): Promise<string> {
    const server = createServer((request, response) => {
        const body = files[path.basename(request.url ?? "")];
        if (body === undefined) response.writeHead(404).end();
        else response.writeHead(200, { "content-length": Buffer.byteLength(body) }).end(body);
    });
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sdk`;
}

/** An archive as Pulumi publishes them: one folder "pulumi" with everything in it. */
function archive(): Buffer {
    const folder = temporary();
    fakeEngine(path.join(folder, "pulumi"));
    execFileSync("tar", ["-czf", "archive.tar.gz", "pulumi"], { cwd: folder });
    return readFileSync(path.join(folder, "archive.tar.gz"));
}

const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");
const checksums = (sum: string) => `${"0".repeat(64)}  pulumi-v3.220.0-windows-x64.zip\n${sum}  ${NAME}\n`;

it("unpacks the archive when its checksum is the published one", async () => {
    const data = archive();
    const base = await releases({ [NAME]: data, "pulumi-3.220.0-checksums.txt": checksums(sha256(data)) });
    const into = temporary();
    const progress = listening();
    await installOfficial("3.220.0", into, progress, {}, base);
    expect(readdirSync(into)).toContain("pulumi-language-nodejs");
    expect(execFileSync(path.join(into, "pulumi"), { encoding: "utf8" })).toBe("v3.220.0\n");
    expect(existsSync(`${into}.tar.gz`)).toBe(false);
    expect(progress.told[0]).toBe("Downloading Pulumi 3.220.0");
    expect(progress.told).toContain("100 % of 0 MB");
});

it("unpacks nothing when the checksum is another one", async () => {
    const data = archive();
    const published = sha256(Buffer.from("other"));
    const base = await releases({ [NAME]: data, "pulumi-3.220.0-checksums.txt": checksums(published) });
    const into = temporary();
    await expect(installOfficial("3.220.0", into, listening(), {}, base)).rejects.toThrow(
        `${base}/${NAME} has the SHA-256 ${sha256(data)}, and the published one is ${published}`,
    );
    expect(readdirSync(into)).toEqual([]);
    expect(existsSync(`${into}.tar.gz`)).toBe(false);
});

it("names what is not there", async () => {
    const none = await releases({});
    await expect(installOfficial("3.220.0", temporary(), listening(), {}, none)).rejects.toThrow(
        `${none}/pulumi-3.220.0-checksums.txt answers 404 Not Found`,
    );
    const other = await releases({ "pulumi-3.220.0-checksums.txt": "abc  another.tar.gz\n" });
    await expect(installOfficial("3.220.0", temporary(), listening(), {}, other)).rejects.toThrow(
        `the published checksums have none for ${NAME}`,
    );
});

it("gives up at once where nothing listens", async () => {
    const base = await releases({});
    const server = servers.pop();
    server?.close();
    await expect(installOfficial("3.220.0", temporary(), listening(), {}, base)).rejects.toThrow("ECONNREFUSED");
});
