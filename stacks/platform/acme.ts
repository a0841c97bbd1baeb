import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type * as pulumi from "@pulumi/pulumi";
import { CERTIFICATES, READY } from "./authority.js";
import type { Acme } from "./settings.js";

export const ACME_ISSUER = "twelvefold-acme";
const LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

/** Who signs the certificates of load balancers with a domain, which the world must trust (RFC 8555). */
export function makeAcmeIssuer(
    { email, server = LETS_ENCRYPT, solvers }: Acme,
    certManager: pulumi.Resource,
): pulumi.Resource {
    return new CustomResource(
        "acme",
        {
            apiVersion: CERTIFICATES,
            kind: "ClusterIssuer",
            metadata: { name: ACME_ISSUER, annotations: READY },
            spec: { acme: { email, server, privateKeySecretRef: { name: ACME_ISSUER }, solvers } },
        },
        { dependsOn: [certManager] },
    );
}
