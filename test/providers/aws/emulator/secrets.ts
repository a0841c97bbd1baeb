import {
    CreateSecretCommand,
    DescribeSecretCommand,
    GetSecretValueCommand,
    PutSecretValueCommand,
    SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { type Emulated, type Endpoint, must, physicalName, tagList } from "./emulated.js";

/** Secrets Manager. */
export function secrets(at: Endpoint): Readonly<Record<string, Emulated>> {
    const client = new SecretsManagerClient(at);
    return {
        "aws:secretsmanager/secret:Secret": {
            async create(inputs, name) {
                const { description, kmsKeyId, tags } = inputs;
                const { ARN } = await client.send(
                    new CreateSecretCommand({
                        Name: physicalName(inputs, name),
                        Description: description,
                        KmsKeyId: kmsKeyId,
                        Tags: tagList(tags),
                    }),
                );
                return { id: must(ARN, "ARN"), arn: ARN };
            },
            async read({ id }) {
                const { Description, KmsKeyId } = await client.send(new DescribeSecretCommand({ SecretId: id }));
                return { description: Description, ...(KmsKeyId === undefined ? {} : { kmsKeyId: KmsKeyId }) };
            },
        },
        "aws:secretsmanager/secretVersion:SecretVersion": {
            async create({ secretId, secretString }) {
                const { VersionId } = await client.send(
                    new PutSecretValueCommand({ SecretId: secretId, SecretString: secretString }),
                );
                return { id: `${secretId}|${VersionId}`, versionId: must(VersionId, "VersionId") };
            },
            async read({ versionId }, { secretId }) {
                const { SecretString } = await client.send(
                    new GetSecretValueCommand({ SecretId: secretId, VersionId: String(versionId) }),
                );
                return { secretString: SecretString };
            },
        },
    };
}
