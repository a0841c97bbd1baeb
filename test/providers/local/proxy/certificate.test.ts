import { X509Certificate } from "node:crypto";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { selfSignedCertificate } from "#dist/providers/local/proxy/certificate.js";
import { temporaryFolder } from "./support.js";

afterEach(() => void vi.useRealTimers());

const read = (file: string) => new X509Certificate(readFileSync(file));

test("It is for the host and for this machine, and its key is the user's alone", async () => {
    const folder = path.join(temporaryFolder(), "certificates");
    const { certFile, keyFile } = await selfSignedCertificate("shop.localhost", folder);
    const certificate = read(certFile);
    for (const name of ["shop.localhost", "localhost"]) expect(certificate.checkHost(name)).toBe(name);
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkHost("elsewhere")).toBeUndefined();
    expect(certificate.ca).toBe(false);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test("It is kept while it lasts for more than 7 days, and made anew then", async () => {
    const folder = temporaryFolder();
    const { certFile } = await selfSignedCertificate("a.localhost", folder);
    const first = readFileSync(certFile, "utf8");
    const end = Date.parse(read(certFile).validTo);
    await selfSignedCertificate("b.localhost", folder);
    vi.useFakeTimers({ toFake: ["Date"], now: end - 8 * 86_400_000 });
    await selfSignedCertificate("A.localhost", folder);
    expect(readFileSync(certFile, "utf8")).toBe(first);
    vi.setSystemTime(end - 6 * 86_400_000);
    await selfSignedCertificate("a.localhost", folder);
    expect(readFileSync(certFile, "utf8")).not.toBe(first);
    expect(Date.parse(read(certFile).validTo)).toBeGreaterThan(end);
});

test("A damaged one, and one whose key is another one's, are made anew; a mode that was opened is closed", async () => {
    const folder = temporaryFolder();
    const { certFile, keyFile } = await selfSignedCertificate("localhost", folder);
    const before = readFileSync(certFile, "utf8");
    chmodSync(keyFile, 0o644);
    await selfSignedCertificate("localhost", folder);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(certFile, "utf8")).toBe(before);
    const other = await selfSignedCertificate("127.0.0.1", folder);
    writeFileSync(keyFile, readFileSync(other.keyFile));
    await selfSignedCertificate("localhost", folder);
    const after = readFileSync(certFile, "utf8");
    expect(after).not.toBe(before);
    writeFileSync(certFile, "damaged");
    await selfSignedCertificate("localhost", folder);
    expect(read(certFile).checkHost("localhost")).toBe("localhost");
});

test("What is no host name is refused", async () => {
    for (const name of ["", "a b", "../x", "a/b"]) {
        await expect(selfSignedCertificate(name, temporaryFolder())).rejects.toThrow(
            "allowed: a host name or an IP address",
        );
    }
});
