import { Secret, SecretVersion } from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { ground } from "./handles.js";
import { type SecretReference, valueFrom } from "./secret-reference.js";
import { tagsOf } from "./tags.js";

/** Puts the secrets of an app into one secret of AWS Secrets Manager. */
export function makeSecrets(
    scope: Scope,
    values: Readonly<Record<string, pulumi.Output<string>>>,
): Readonly<Record<string, SecretReference>> {
    const names = Object.keys(values).sort();
    if (names.length === 0) return {};
    const keyArn = ground(scope, "keyArn");
    const secret = child(scope, Secret, "secret", {
        description: `Secrets of app ${scope.name} of ${scope.project}/${scope.stack}.`,
        recoveryWindowInDays: scope.profile === "production" ? 30 : 0,
        kmsKeyId: keyArn,
        tags: tagsOf(scope),
    });
    const version = child(
        scope,
        SecretVersion,
        "secret-version",
        { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify({ ...values })) },
        // A task definition that is rolled back to still names the old one.
        { retainOnDelete: true },
    );
    return Object.fromEntries(
        names.map((name) => {
            const reference = valueFrom(secret.arn, name, version.versionId);
            return [name, { valueFrom: reference, secretArn: secret.arn, keyArn }];
        }),
    );
}
