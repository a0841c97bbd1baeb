import { takeSnapshot } from "../app/snapshot.js";
import type { Context, ObjectKindHandler } from "../context.js";
import { Job } from "../job/job.js";

/** Jobs. A {@link Job} is there for every entry, and while one is being made. */
export function jobs(context: Context, all: Map<string, Job>): ObjectKindHandler<"job"> {
    const open = (name: string): Job => {
        let job = all.get(name);
        if (job === undefined) {
            job = new Job(name, context);
            all.set(name, job);
            const entry = context.store.get("job", name);
            if (entry?.result !== undefined) {
                const { secrets } = context.store.secretsOf("job", name);
                job.resume({ ...entry, secrets });
            }
        }
        return job;
    };
    const remove = async (name: string) => {
        await open(name).remove();
        all.delete(name);
    };
    return {
        async apply({ name, spec, secrets, searchPath, projectRoot, progress }) {
            if (spec.source !== undefined) await takeSnapshot(context.folders, projectRoot, spec.source);
            const job = open(name);
            await job.apply({ spec, secrets, ...(searchPath === undefined ? {} : { searchPath }) }, progress);
            return { result: { lastRun: job.lastRun() }, secretResult: {} };
        },
        open,
        drift: async ({ name, spec }) => open(name).drift(spec),
        interrupt: (name) => all.get(name)?.interrupt(),
        undo: remove,
        remove,
    };
}
