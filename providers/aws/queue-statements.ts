import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Right } from "../contract.js";
import { field, type QueueHandle } from "./handles.js";
import { allow, type Statement } from "./role.js";

const LOOK = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"];
const RIGHTS = {
    send: { actions: ["sqs:SendMessage", ...LOOK], key: ["kms:GenerateDataKey", "kms:Decrypt"] },
    receive: {
        actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", ...LOOK],
        key: ["kms:Decrypt"],
    },
};

/** What a task may do with a queue that it is bound to. */
export function queueStatements(queue: Attachment<"Queue">, right: Right): pulumi.Output<readonly Statement[]> {
    const { actions, key } = right === "send" ? RIGHTS.send : RIGHTS.receive;
    return pulumi
        .all([field<QueueHandle, "arn">(queue, "arn"), field<QueueHandle, "keyArn">(queue, "keyArn")])
        .apply(([arn, keyArn]) => [allow(actions, arn), ...(keyArn === undefined ? [] : [allow(key, keyArn)])]);
}
