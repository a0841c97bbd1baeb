import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Credentials } from "../control-plane/credentials.js";
import { NODE } from "./network.js";
import { run } from "./shell.js";

export interface ClusterCredentials extends Credentials {
    readonly caFile: string;
    readonly caKeyFile: string;
}

/** Everything secret about a cluster with a node: pods and kubelets believe one authority, and it signs for them. */
export function makeClusterCredentials(folder: string): ClusterCredentials {
    const into = path.join(folder, "pki");
    mkdirSync(into, { recursive: true, mode: 0o700 });
    const file = (name: string) => path.join(into, name);
    const [caFile, caKeyFile, certFile, keyFile] = ["ca.crt", "ca.key", "api.crt", "api.key"].map(file) as [
        string,
        string,
        string,
        string,
    ];
    const [request, extensions, accountKeyFile] = [file("api.csr"), file("extensions"), file("accounts.key")];
    const key = ["-newkey", "rsa:2048", "-nodes"];
    const days = ["-days", "2"];
    run("openssl", ["req", "-x509", ...key, ...days, "-keyout", caKeyFile, "-out", caFile, "-subj", "/CN=test-ca"]);
    run("openssl", ["req", ...key, "-keyout", keyFile, "-out", request, "-subj", "/CN=kube-apiserver"]);
    const names = `IP:${NODE},IP:127.0.0.1,IP:10.96.0.1,DNS:kubernetes.default.svc`;
    writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    const authority = ["-CA", caFile, "-CAkey", caKeyFile, "-CAcreateserial"];
    run("openssl", ["x509", "-req", "-in", request, ...authority, ...days, "-extfile", extensions, "-out", certFile]);
    run("openssl", ["genrsa", "-out", accountKeyFile, "2048"]);
    const token = randomBytes(24).toString("hex");
    const tokenFile = file("tokens.csv");
    writeFileSync(tokenFile, `${token},test,test,system:masters\n`, { mode: 0o600 });
    const ca = readFileSync(caFile, "utf8");
    return { token, ca, caFile, caKeyFile, certFile, keyFile, tokenFile, accountKeyFile };
}
