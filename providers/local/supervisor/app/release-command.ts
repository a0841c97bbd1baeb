import type { Output, Writer } from "../output.js";
import { describeOutcome, runTask, type TaskPlan, type TaskRecord } from "../task.js";
import type { Release, Releases } from "./releases.js";
import { RolloutFailure } from "./rollout.js";

const TAIL = 20;
const GRACE_SECONDS = 10;

/**
 * Runs the release command of a release: once, also when the supervisor dies while it runs. A command that succeeded is
 * not run again for the same release.
 *
 * @throws RolloutFailure with its last lines when it fails or takes too long.
 */
export async function runReleaseCommand(
    releases: Releases,
    release: Release,
    plan: Omit<TaskPlan, "timeoutSeconds" | "graceSeconds">,
    output: { readonly to: Output; readonly writer: Writer; readonly sinkFolder: string },
    progress: (line: string) => void,
): Promise<void> {
    const timeoutSeconds = release.spec.release?.timeoutSeconds;
    if (timeoutSeconds === undefined || release.command?.succeeded === true) return;
    progress(`running the release command of release ${release.number}`);
    // One that failed is run again; one that was running when the supervisor died is waited for.
    const running = release.command?.succeeded === undefined ? release.command : undefined;
    const stream = output.to.follow(plan.files, output.writer, () => output.sinkFolder);
    try {
        let record: TaskRecord | undefined = running;
        const outcome = await runTask({ ...plan, timeoutSeconds, graceSeconds: GRACE_SECONDS }, running, (written) => {
            record = written;
            releases.put({ ...release, command: written });
        });
        const lines = await stream.tail(TAIL);
        if (record) releases.put({ ...release, command: { ...record, succeeded: outcome.status === "succeeded" } });
        const description = describeOutcome(outcome, timeoutSeconds);
        output.to.system(output.sinkFolder, output.writer, `the release command ${description}`);
        if (outcome.status !== "succeeded")
            throw new ReleaseCommandFailure(`its release command ${description}`, lines);
        progress(`the release command ${description}`);
    } finally {
        await stream.closeAndRemove();
    }
}

export class ReleaseCommandFailure extends RolloutFailure {
    constructor(
        message: string,
        readonly lines: readonly string[],
    ) {
        super(message);
    }
}
