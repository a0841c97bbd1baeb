import {
    CloudWatchLogsClient,
    CreateLogGroupCommand,
    DescribeLogGroupsCommand,
    PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { type Emulated, type Endpoint, must, physicalName } from "./emulated.js";

/** CloudWatch Logs. */
export function logs(at: Endpoint): Readonly<Record<string, Emulated>> {
    const client = new CloudWatchLogsClient(at);
    return {
        "aws:cloudwatch/logGroup:LogGroup": {
            async create(inputs, name) {
                const logGroupName = physicalName(inputs, name);
                const { kmsKeyId, logGroupClass, deletionProtectionEnabled, tags } = inputs;
                await client.send(
                    new CreateLogGroupCommand({
                        logGroupName,
                        kmsKeyId,
                        logGroupClass,
                        deletionProtectionEnabled,
                        tags,
                    }),
                );
                const { retentionInDays } = inputs;
                await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
                const { logGroups } = await client.send(
                    new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
                );
                const arn = must(logGroups?.[0]?.arn, "arn of the log group").replace(/:\*$/, "");
                return { id: logGroupName, name: logGroupName, arn };
            },
            async read({ id }) {
                const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
                const found = logGroups?.find(({ logGroupName }) => logGroupName === id);
                return {
                    retentionInDays: found?.retentionInDays,
                    ...(found?.kmsKeyId === undefined ? {} : { kmsKeyId: found.kmsKeyId }),
                };
            },
        },
    };
}
