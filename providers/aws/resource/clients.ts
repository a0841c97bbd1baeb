import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Access } from "./inputs.js";

/** Time as a driver sees it; tests have their own. */
export interface Clock {
    readonly now: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
}

export const REAL_CLOCK: Clock = {
    now: () => performance.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** How often a call that AWS refused for its rate is tried again. */
const MAX_ATTEMPTS = 10;

export function ecsClient(access: Access): ECSClient {
    return new ECSClient(configuration(access));
}

export function logsClient(access: Access): CloudWatchLogsClient {
    return new CloudWatchLogsClient(configuration(access));
}

function configuration({ region, profile }: Access) {
    return { region, maxAttempts: MAX_ATTEMPTS, ...(profile === undefined ? {} : { profile }) };
}
