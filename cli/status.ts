import { type AppStatus, connect, type JobStatus, NoSupervisor, type StackStatus } from "../providers/local/client.js";
import { span, table } from "./table.js";

/** Prints what a stack has running. */
export async function printStatus(home: string, asJson: boolean): Promise<void> {
    const status = await readStatus(home);
    console.log(asJson ? JSON.stringify(status, null, 2) : formatStatus(status, new Date()));
}

async function readStatus(home: string): Promise<StackStatus> {
    try {
        return await (await connect(home)).status();
    } catch (error) {
        if (!(error instanceof NoSupervisor)) throw error;
        throw new Error(
            `The supervisor of ${home} is not running, so what the stack has running is not watched. ` +
                "Run pulumi refresh (or pulumi up) in the project: it starts it, and it takes over what still runs.",
        );
    }
}

/** The status as people read it: a headline, then a table for each kind that the stack has. */
export function formatStatus(status: StackStatus, now: Date): string {
    const since = (time: string | undefined) => (time === undefined ? "" : span(now.getTime() - Date.parse(time)));
    const sections = [
        `${status.project}/${status.stack}   supervisor ${status.supervisor.pid}, up ${since(status.supervisor.since)}`,
        section("LOAD BALANCER", ["URL", "SERVES"], status.balancers, (balancer) => [
            balancer.name,
            balancer.url,
            balancer.problem ?? routesTo(status.apps, balancer.name),
        ]),
        section("APP", ["PROCESS", "REPLICAS", "RELEASE", "URL"], status.apps, (app) => [
            app.name,
            app.process,
            `${app.replicas.filter((replica) => replica.state === "ready").length}/${app.wanted} ready`,
            releaseOf(app),
            app.internalUrl ?? "",
        ]),
        section(
            "REPLICA",
            ["STATE", "PID", "PORT", "RELEASE", "UP", "RESTARTS"],
            status.apps.flatMap((app) => app.replicas.map((replica) => ({ ...replica, app: app.name }))),
            (replica) => [
                `${replica.app}/${replica.id}`,
                replica.state + (replica.lastProblem === undefined ? "" : ` (${replica.lastProblem})`),
                String(replica.pid ?? ""),
                String(replica.port ?? ""),
                String(replica.release),
                since(replica.since),
                String(replica.restarts),
            ],
        ),
        section("DATABASE", ["ADDRESS", "VERSION"], status.databases, (database) => [
            database.name,
            `${database.host}:${database.port}`,
            database.spec.version,
        ]),
        section("QUEUE", ["WAITING", "IN FLIGHT", "DELAYED", "DEAD", "OLDEST"], status.queues, ({ name, depth }) => [
            name,
            ...(depth === undefined
                ? ["PostgreSQL is not running"]
                : [
                      ...[depth.visible, depth.inFlight, depth.delayed, depth.dead].map(String),
                      span(depth.oldestSeconds * 1000),
                  ]),
        ]),
        section("JOB", ["SCHEDULE", "NEXT", "LAST RUN"], status.jobs, (job) => [
            job.name,
            job.schedule === undefined ? "once per release" : `${job.schedule} ${job.timeZone}`,
            job.nextRun ?? "",
            lastRunOf(job),
        ]),
        section("LOG SINK", ["FOLDER"], status.sinks, (sink) => [sink.name, sink.folder]),
        ...status.supervisor.problems.map((problem) => `Problem: ${problem}`),
        ...status.operations.map((operation) => `Under way: ${operation}`),
    ];
    return sections.filter((text) => text !== "").join("\n\n");
}

function section<T>(
    kind: string,
    columns: readonly string[],
    entries: readonly T[],
    row: (entry: T) => readonly string[],
): string {
    return entries.length === 0 ? "" : table([kind, ...columns], entries.map(row));
}

function routesTo(apps: readonly AppStatus[], balancer: string): string {
    const routes = apps.flatMap((app) =>
        app.routes
            .filter((route) => route.balancer === balancer)
            .map(
                (route) =>
                    `${route.host ?? ""}${route.path} → ${app.name}${route.percent === undefined ? "" : ` ${route.percent} %`}`,
            ),
    );
    return routes.join(", ");
}

function releaseOf(app: AppStatus): string {
    const serving = app.release === undefined ? "none" : `${app.release} (${app.releaseId})`;
    return app.rollout === undefined ? serving : `${serving}, rolling out ${app.rollout}`;
}

function lastRunOf(job: JobStatus): string {
    const run = job.runs[0];
    if (run === undefined) return "never";
    const exit = run.exitCode === undefined || run.exitCode === 0 ? "" : ` with ${run.exitCode}`;
    return `${run.status}${exit} at ${run.startedAt}`;
}
