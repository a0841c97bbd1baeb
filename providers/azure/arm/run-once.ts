import type { ArmClient } from "./client.js";
import { waitFor } from "./clock.js";
import { releaseOf, type Template } from "./container-app.js";

interface Execution {
    readonly name: string;
    readonly properties: { readonly status?: string; readonly startTime?: string; readonly template?: Template };
}

export interface Run {
    /** Path of the resource group. */
    readonly group: string;
    readonly job: string;
    /** What the run is for; in an environment variable of its container. */
    readonly id: string;
    readonly marker: "RELEASE_ID" | "RUN_ID";
    readonly timeoutSeconds: number;
}

/** What Azure may take to place a replica, and to tell of its end. */
const PLACE_SECONDS = 300;

/**
 * Runs a job once for an id: a run that is under way is joined, one that succeeded counts. An update that was killed
 * migrates nothing twice.
 *
 * @returns name of the execution
 * @throws Error when it fails, or takes too long
 */
export async function runOnce(client: ArmClient, run: Run): Promise<string> {
    const path = `${run.group}/providers/Microsoft.App/jobs/${run.job}`;
    const known = await findExecution(client, path, run);
    if (known?.properties.status === "Succeeded") return known.name;
    const running = known !== undefined && !hasFailed(known);
    const name = running ? known.name : (await client.request<{ readonly name: string }>("POST", `${path}/start`)).name;
    const seconds = run.timeoutSeconds + PLACE_SECONDS;
    const done = await waitFor(client.clock, seconds, async () => {
        const execution = await client.find<Execution>(`${path}/executions/${name}`);
        const ended = execution?.properties.status === "Succeeded" || (execution !== undefined && hasFailed(execution));
        return ended ? execution : undefined;
    });
    if (done?.properties.status === "Succeeded") return name;
    throw new Error(
        `The run ${name} of job ${run.job} ${done === undefined ? `did not end within ${seconds} seconds` : `ended as ${done.properties.status}`}. ` +
            `Its log: az containerapp job logs show --name ${run.job} --resource-group ${run.group.split("/").at(-1)} --execution ${name} --container ${containerOf(run.job)}`,
    );
}

function hasFailed({ properties }: Execution): boolean {
    return ["Failed", "Stopped", "Degraded"].includes(properties.status ?? "");
}

async function findExecution(client: ArmClient, path: string, run: Run): Promise<Execution | undefined> {
    const { value } = await client.request<{ readonly value: readonly Execution[] }>("GET", `${path}/executions`);
    return value
        .filter(({ properties }) => properties.template && releaseOf(properties.template, run.marker) === run.id)
        .sort((a, b) => ((a.properties.startTime ?? "") < (b.properties.startTime ?? "") ? 1 : -1))[0];
}

/** Jobs are named after their component, and so is their container. */
function containerOf(job: string): string {
    return job.replace(/-[0-9a-f]{8}$/, "");
}
