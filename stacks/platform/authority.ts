import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { CERT_MANAGER_NAMESPACE } from "./operators.js";

export const ISSUER = "twelvefold-internal";
const NAME = "twelvefold-ca";
export const CERTIFICATES = "cert-manager.io/v1";
export const READY = { "pulumi.com/waitFor": "condition=Ready" };

export interface Authority {
    /** PEM of its certificate; public. */
    readonly ca: pulumi.Output<string>;
    readonly resource: pulumi.Resource;
}

/** The cluster's own certificate authority, for what only the cluster talks to: databases and brokers. */
export function makeAuthority(certManager: pulumi.Resource): Authority {
    const selfSigned = new CustomResource(
        "self-signed",
        {
            apiVersion: CERTIFICATES,
            kind: "ClusterIssuer",
            metadata: { name: "twelvefold-self-signed" },
            spec: { selfSigned: {} },
        },
        { dependsOn: [certManager] },
    );
    const certificate = new CustomResource(
        "ca",
        {
            apiVersion: CERTIFICATES,
            kind: "Certificate",
            metadata: { name: NAME, namespace: CERT_MANAGER_NAMESPACE, annotations: READY },
            spec: {
                isCA: true,
                commonName: NAME,
                secretName: NAME,
                // Everybody trusts this one certificate: a new key would cut all connections at once.
                privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
                duration: "87600h",
                issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "twelvefold-self-signed" },
            },
        },
        { dependsOn: [selfSigned] },
    );
    const issuer = new CustomResource(
        "issuer",
        {
            apiVersion: CERTIFICATES,
            kind: "ClusterIssuer",
            metadata: { name: ISSUER, annotations: READY },
            spec: { ca: { secretName: NAME } },
        },
        { dependsOn: [certificate] },
    );
    const secret = Secret.get(
        "ca-secret",
        certificate.id.apply(() => `${CERT_MANAGER_NAMESPACE}/${NAME}`),
    );
    const ca = secret.data.apply((data) => Buffer.from(data?.["tls.crt"] ?? "", "base64").toString("utf8"));
    return { ca: pulumi.unsecret(ca), resource: issuer };
}
