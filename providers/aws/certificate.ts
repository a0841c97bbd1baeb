import { Certificate, CertificateValidation } from "@pulumi/aws/acm";
import { Record } from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import type { Domain } from "./domain.js";
import { tagsOf } from "./tags.js";

/** ARN of the certificate of a domain, once AWS has seen that the domain is ours. */
export function certificateOf(scope: Scope, domain: Domain): pulumi.Output<string> {
    if (domain.certificate !== undefined) return domain.certificate;
    const { zoneId } = domain;
    if (zoneId === undefined) throw new Error(`"${scope.name}" has neither a certificate nor a zone.`);
    const certificate = child(scope, Certificate, "cert", {
        domainName: domain.name,
        ...(domain.aliases.length > 0 ? { subjectAlternativeNames: [...domain.aliases] } : {}),
        validationMethod: "DNS",
        tags: tagsOf(scope),
    });
    // One record for each name, whatever order AWS lists them in; how many there are must be known at preview.
    const records = [domain.name, ...domain.aliases].map((name, index) => {
        const proof = pulumi.all([certificate.domainValidationOptions, name]).apply(([options, wanted]) => {
            const found = options.find(({ domainName }) => domainName === wanted);
            if (found !== undefined) return found;
            throw new pulumi.RunError(`ACM does not say how to prove that ${wanted} is ours.`);
        });
        const args = {
            zoneId,
            name: proof.resourceRecordName,
            type: proof.resourceRecordType,
            records: [proof.resourceRecordValue],
            ttl: 60,
            // Another stack may have proved the same name.
            allowOverwrite: true,
        };
        return child(scope, Record, "cert-dns", args, {}, String(index));
    });
    const proved = child(scope, CertificateValidation, "cert-ok", {
        certificateArn: certificate.arn,
        validationRecordFqdns: records.map(({ fqdn }) => fqdn),
    });
    return proved.certificateArn;
}
