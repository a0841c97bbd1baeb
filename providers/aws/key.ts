import { Alias, Key } from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { fullName } from "./names.js";
import { documentOf } from "./role.js";
import { settingsOf } from "./settings.js";
import { tagsOf } from "./tags.js";

/** Where the stack runs. */
export interface Place {
    readonly region: pulumi.Output<string>;
    readonly accountId: pulumi.Output<string>;
    readonly partition: pulumi.Output<string>;
}

/** ARN of the key that encrypts what the stack stores; none where AWS's own keys do. */
export function keyOf(scope: Scope, place: Place): pulumi.Output<string> | undefined {
    const { encryption = scope.profile === "production" ? "customer" : "managed" } = settingsOf(scope);
    if (encryption === "managed") return undefined;
    if (encryption !== "customer") return pulumi.output(encryption);
    const key = child(scope, Key, "key", {
        description: `Encrypts what ${scope.project}/${scope.stack} stores.`,
        enableKeyRotation: true,
        policy: documentOf(pulumi.all([place.region, place.accountId, place.partition]), keyStatements),
        tags: tagsOf(scope),
    });
    child(scope, Alias, "key-alias", { name: `alias/${fullName(scope, 200)}`, targetKeyId: key.keyId });
    return key.arn;
}

/** The account decides who may use it, through IAM; two services of AWS use it without a role. */
function keyStatements([region, account, partition]: readonly [string, string, string]): readonly object[] {
    const use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
    const logs = `arn:${partition}:logs:${region}:${account}:*`;
    return [
        {
            Sid: "Account",
            Effect: "Allow",
            Principal: { AWS: `arn:${partition}:iam::${account}:root` },
            Action: "kms:*",
            Resource: "*",
        },
        {
            Sid: "Logs",
            Effect: "Allow",
            Principal: { Service: `logs.${region}.amazonaws.com` },
            Action: use,
            Resource: "*",
            Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logs } },
        },
        {
            Sid: "Alarms",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceAccount": account } },
        },
    ];
}
