import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { selfSignedCertificate } from "#dist/providers/local/proxy/certificate.js";

export interface Credentials {
    readonly token: string;
    /** PEM of the certificate that the API server shows. */
    readonly ca: string;
    readonly certFile: string;
    /** The authority that signed it; undefined: itself. */
    readonly caFile?: string;
    readonly keyFile: string;
    readonly tokenFile: string;
    /** Signs the tokens of service accounts. */
    readonly accountKeyFile: string;
}

/** Everything secret about one control plane; it goes with its folder. */
export async function makeCredentials(folder: string): Promise<Credentials> {
    const { certFile, keyFile } = await selfSignedCertificate("127.0.0.1", folder);
    const token = randomBytes(24).toString("hex");
    const tokenFile = path.join(folder, "tokens.csv");
    writeFileSync(tokenFile, `${token},test,test,system:masters\n`, { mode: 0o600 });
    const accountKeyFile = path.join(folder, "accounts.key");
    const { privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    writeFileSync(accountKeyFile, privateKey, { mode: 0o600 });
    return { token, ca: readFileSync(certFile, "utf8"), certFile, keyFile, tokenFile, accountKeyFile };
}

/** How the other programs find the API server. */
export function writeKubeconfig(folder: string, server: string, { token, certFile, caFile }: Credentials): string {
    const config = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "test", cluster: { server, "certificate-authority": caFile ?? certFile } }],
        users: [{ name: "test", user: { token } }],
        contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
        "current-context": "test",
    };
    const file = path.join(folder, "kubeconfig");
    // YAML is a superset of JSON.
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
}
