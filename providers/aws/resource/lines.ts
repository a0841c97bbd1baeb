import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { RunInputs } from "./inputs.js";

export type LogsReader = Pick<CloudWatchLogsClient, "send">;

const LINES = 20;

/** What a task printed last, as the end of a message; a failure must not hide behind one about its lines. */
export async function lastLines(logs: LogsReader, inputs: RunInputs, taskArn: string): Promise<string> {
    const { logGroup, streamPrefix, container } = inputs;
    const logStreamName = `${streamPrefix}/${container}/${taskArn.split("/").at(-1)}`;
    try {
        const { events = [] } = await logs.send(
            new GetLogEventsCommand({ logGroupName: logGroup, logStreamName, limit: LINES, startFromHead: false }),
        );
        if (events.length === 0) return "It printed nothing.";
        return `Its last lines:\n${events.map(({ message }) => message ?? "").join("\n")}`;
    } catch (error) {
        const { name } = error as Error;
        if (name === "ResourceNotFoundException") return "It printed nothing.";
        return `Its lines are in ${logGroup}, stream ${logStreamName}, and could not be read: ${name}.`;
    }
}
