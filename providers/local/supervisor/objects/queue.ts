import type { Context, ObjectKindHandler } from "../context.js";

/** Queues of the stack's one PostgreSQL cluster. */
export function queues({ postgres }: Context): ObjectKindHandler<"queue"> {
    return {
        async apply({ name, spec }) {
            await postgres.ensure();
            const { url, deadLetterUrl, ...secretResult } = await postgres.cluster.createQueue(name, spec);
            return { result: { url, deadLetterUrl }, secretResult };
        },
        async drift({ name }) {
            if (!(await postgres.running())) return ["PostgreSQL is not running"];
            return (await postgres.cluster.queueExists(name)) ? [] : [`the queue "${name}" is gone`];
        },
        async remove(name) {
            await postgres.drop((cluster) => cluster.dropQueue(name), `queue/${name}`);
        },
    };
}
