import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import * as net from "node:net";
import * as path from "node:path";
import { generate } from "selfsigned";

const VALID_DAYS = 365;
const RENEW_BEFORE_DAYS = 7;
const DAY_MILLISECONDS = 86_400_000;

export interface CertificateFiles {
    readonly certFile: string;
    readonly keyFile: string;
}

/**
 * A certificate for a host that nobody but this machine vouches for, with its key (mode 0600). The one of before is
 * used again as long as it is for the same host and valid for more than 7 days, so that who trusts it once can go on.
 *
 * @param hostname A DNS name or an IP address; localhost and the loopback addresses are always in it, too.
 * @param folder Made when it is missing, mode 0700.
 */
export async function selfSignedCertificate(hostname: string, folder: string): Promise<CertificateFiles> {
    const name = hostname.toLowerCase();
    if (!/^(\*\.)?[a-z0-9._-]+$/.test(name) && net.isIP(name) === 0) {
        throw new Error(
            `Cannot make a certificate for ${JSON.stringify(hostname)}; allowed: a host name or an IP address.`,
        );
    }
    const base = path.join(folder, name.replace(/[^a-z0-9._-]/g, "_"));
    const files = { certFile: `${base}.crt`, keyFile: `${base}.key` };
    if (await isGood(files, name)) return files;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const pem = await generate([{ name: "commonName", value: name.slice(0, 64) }], {
        keyType: "ec",
        curve: "P-256",
        algorithm: "sha256",
        notBeforeDate: new Date(Date.now() - DAY_MILLISECONDS),
        notAfterDate: new Date(Date.now() + VALID_DAYS * DAY_MILLISECONDS),
        extensions: [
            { name: "basicConstraints", cA: false, critical: true },
            { name: "keyUsage", digitalSignature: true, critical: true },
            { name: "extKeyUsage", serverAuth: true },
            { name: "subjectAltName", altNames: altNames(name) },
        ],
    });
    // The key first: a certificate without its key is made anew, see isGood.
    await replace(files.keyFile, pem.private, 0o600);
    await replace(files.certFile, pem.cert, 0o644);
    return files;
}

async function isGood(files: CertificateFiles, hostname: string): Promise<boolean> {
    try {
        const certificate = new X509Certificate(await readFile(files.certFile));
        const key = createPrivateKey(await readFile(files.keyFile));
        await chmod(files.keyFile, 0o600);
        const isFor = net.isIP(hostname) > 0 ? certificate.checkIP(hostname) : certificate.checkHost(hostname);
        const end = Date.parse(certificate.validTo);
        const lasts = end - Date.now() > RENEW_BEFORE_DAYS * DAY_MILLISECONDS;
        return isFor !== undefined && lasts && certificate.checkPrivateKey(key);
    } catch {
        // Missing or damaged: either way another one is needed.
        return false;
    }
}

function altNames(hostname: string) {
    const names = new Set([hostname, "localhost", "127.0.0.1", "::1"]);
    return [...names].map((name) =>
        net.isIP(name) > 0 ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
    );
}

async function replace(file: string, content: string, mode: number): Promise<void> {
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, content, { mode });
    await chmod(temporary, mode);
    await rename(temporary, file);
}
