import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { waitFor } from "./await.js";
import { recordOf } from "./handles.js";
import { type Component, objectLabels } from "./labels.js";
import type { ManifestArgs } from "./manifest.js";
import { need } from "./record.js";

export interface CertificateOptions {
    /** Name of the Certificate and of the Secret that holds it. */
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly hosts: pulumi.Input<readonly string[]>;
    readonly component: Component;
    /** Signed by a public authority instead of the cluster's own. */
    readonly isPublic?: boolean;
    readonly secretLabels?: Readonly<Record<string, string>>;
}

/** A certificate that cert-manager obtains and renews. */
export function certificate(scope: Scope, options: CertificateOptions): ManifestArgs {
    const issuer = recordOf(scope).apply((record) => {
        const { issuer, acmeIssuer } = need(record, "certManager", `"${scope.name}"`);
        return options.isPublic ? (acmeIssuer ?? issuer) : issuer;
    });
    return {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: {
            name: options.name,
            namespace: options.namespace,
            labels: objectLabels(scope, options.component),
            // A public one may wait for DNS records that are made after this stack.
            annotations: options.isPublic ? { "pulumi.com/skipAwait": "true" } : waitFor("condition=Ready", 300),
        },
        spec: {
            secretName: options.name,
            dnsNames: options.hosts,
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
            ...(options.secretLabels === undefined ? {} : { secretTemplate: { labels: options.secretLabels } }),
        },
    };
}
