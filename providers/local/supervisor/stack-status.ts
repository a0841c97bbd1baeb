import type { App } from "./app/app.js";
import { appStatus } from "./app/status.js";
import type { Context } from "./context.js";
import type { Job } from "./job/job.js";
import type { StackStatus } from "./status.js";
import { usesPostgres, usesProxy } from "./uses.js";

export interface StatusSource extends Pick<StackStatus, "supervisor" | "operations"> {
    readonly context: Context;
    readonly apps: ReadonlyMap<string, App>;
    readonly jobs: ReadonlyMap<string, Job>;
    readonly balancerProblem: (name: string) => string | undefined;
}

/** What there is, and how it is, at this moment. */
export async function stackStatus(source: StatusSource): Promise<StackStatus> {
    const { context, apps, jobs, balancerProblem, supervisor, operations } = source;
    const { store, proxy, postgres, folders, home } = context;
    const platform = store.all("platform")[0]?.spec;
    const running = usesPostgres(store) && (await postgres.running());
    const { pid, port, version } = postgres.info ?? {};
    const depth = (name: string) =>
        running ? postgres.cluster.queueDepth(name).catch(() => undefined) : Promise.resolve(undefined);
    return {
        home,
        project: platform?.project,
        stack: platform?.stack,
        supervisor,
        proxy: usesProxy(store) ? { pid: proxy.pid } : undefined,
        postgres: usesPostgres(store) ? { running, pid: running ? pid : undefined, port, version } : undefined,
        apps: store.all("app").flatMap(({ name }) => {
            const app = apps.get(name);
            return app === undefined ? [] : appStatus(app);
        }),
        balancers: store.all("balancer").map(({ name, spec, result }) => ({
            name,
            url: result?.url ?? "",
            port: result?.port ?? spec.port,
            spec,
            problem: balancerProblem(name),
        })),
        queues: await Promise.all(
            store.all("queue").map(async ({ name, spec }) => ({ name, spec, depth: await depth(name) })),
        ),
        databases: store.all("database").map(({ name, spec, result }) => ({
            name,
            spec,
            host: result?.host ?? "127.0.0.1",
            port: result?.port ?? 0,
        })),
        jobs: store.all("job").flatMap(({ name, spec }) => jobs.get(name)?.status(spec) ?? []),
        sinks: store.all("logs").map(({ name }) => ({ name, folder: folders.sink(name) })),
        operations,
    };
}
