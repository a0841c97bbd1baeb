import type { AppSpec } from "../../spec.js";
import type { Answer, Request } from "../context.js";
import { message, monotonic } from "../wait.js";
import { adjust } from "./adjust.js";
import type { App } from "./app.js";
import { checkNames, program } from "./environment.js";
import { failure, TAIL } from "./failure.js";
import { appProgram } from "./program.js";
import { announce, settle } from "./publicity.js";
import { ReleaseCommandFailure, runReleaseCommand } from "./release-command.js";
import { type Release, releaseIdOf } from "./releases.js";
import { rollOut } from "./rollout.js";
import { pruneSnapshots, takeSnapshot } from "./snapshot.js";

/** Makes an app as asked for: by a new release when its code, config or command changed, else in place. */
export async function deploy(app: App, request: Request<"app">): Promise<Answer<"app">> {
    const { spec, secrets } = request;
    check(app.name, spec);
    checkNames(spec.environment, secrets);
    const releaseId = releaseIdOf(spec, secrets, app.context.store.key);
    app.busy = true;
    try {
        const { current, rollout } = app.state.get();
        const serving = current === undefined ? undefined : app.releases.get(current);
        if (rollout === undefined && serving?.releaseId === releaseId) await adjust(app, request, serving);
        else await release(app, request, releaseId);
    } finally {
        app.announced = undefined;
        app.busy = false;
    }
    const number = app.state.get().current ?? 0;
    return { result: { internalUrl: app.address.url ?? "", release: number, releaseId }, secretResult: {} };
}

/** Takes back a release that was being tried when the supervisor ended. */
export async function recover(app: App): Promise<void> {
    const { rollout, current } = app.state.get();
    if (rollout === undefined) return;
    app.busy = true;
    try {
        const tried = app.releases.get(rollout.to);
        const reason = "the supervisor ended while it was being rolled out";
        if (tried !== undefined) app.releases.put({ ...tried, status: "failed", reason });
        await takeBack(app, rollout.to, current);
    } finally {
        app.busy = false;
    }
}

function check(name: string, spec: AppSpec): void {
    if (!spec.listens && spec.rollout.strategy === "canary") {
        throw new Error(
            `App "${name}" has no port, so there is no traffic that a canary could get a share of. ` +
                'Set rollout.strategy to "rolling" or "blueGreen".',
        );
    }
    if (!spec.listens && spec.routes.length > 0) {
        throw new Error(`App "${name}" has routes but no port. Set port, or remove the routes.`);
    }
}

async function release(app: App, request: Request<"app">, releaseId: string): Promise<void> {
    const { spec, projectRoot, progress } = request;
    const { context, fleet, state, releases, name } = app;
    const { current: from } = state.get();
    const started = monotonic();
    // What another supervisor left of a rollout.
    if (state.get().rollout !== undefined) await recover(app).then(() => (app.busy = true));
    const made = releases.prepare(request, releaseId, from);
    const to = made.number;
    app.forgetReleased(to);
    progress(`release ${to} (${releaseId})`);
    try {
        const cwd = await takeSnapshot(context.folders, projectRoot, spec.source);
        appProgram(context.folders, spec, app.released(to).env.PATH ?? "");
        const homes = [...new Set([...state.get().homes, ...fleet.traffic.homes(spec)])];
        state.change({ rollout: { to }, homes });
        app.announced = spec;
        await announce(app, spec);
        await releaseCommand(app, made, cwd, progress);
        await rollOut({
            fleet,
            spec: spec.rollout,
            to,
            from,
            replicas: app.wanted(spec),
            listens: spec.listens,
            alarms: () => {
                const raised = context.output.raisedSince(app.sinkFolder, started);
                return raised.filter((alarm) => spec.rollout.rollbackOn.alarms.includes(alarm));
            },
            progress,
            signal: app.interruption.signal,
            commit: () => {
                state.finishRollout(spec, to);
                conclude(app, to, from);
            },
        });
    } catch (error) {
        const lines = error instanceof ReleaseCommandFailure ? error.lines : await fleet.tail(to, TAIL);
        const reason = message(error);
        // What its release command did stands, so the record is read again.
        releases.put({ ...(releases.get(to) ?? made), status: "failed", reason });
        progress(`release ${to} failed: ${reason}`);
        app.announced = undefined;
        await takeBack(app, to, from);
        throw new Error(failure(name, to, from, reason, lines));
    }
    await settle(app, spec);
}

/** The new release is the one that serves. Its number is written already, so none of this may undo it. */
function conclude(app: App, to: number, from: number | undefined): void {
    const { releases } = app;
    try {
        const now = releases.get(to);
        if (now !== undefined) releases.put({ ...now, status: "active", activeAt: new Date().toISOString() });
        const old = from === undefined || from === to ? undefined : releases.get(from);
        if (old !== undefined) releases.put({ ...old, status: "superseded" });
        releases.prune(new Set([to, from ?? to]));
        pruneSnapshots(app.context.folders, app.context.usedSources());
    } catch (error) {
        app.event(message(error));
    }
}

async function releaseCommand(app: App, made: Release, cwd: string, progress: (line: string) => void): Promise<void> {
    const command = made.spec.release?.command;
    if (command === undefined) return;
    const { env } = app.released(made.number);
    const replica = `${app.name}-${made.number}-release`;
    await runReleaseCommand(
        app.releases,
        made,
        { ...program(command, cwd, env.PATH ?? ""), cwd, env, files: app.context.folders.raw(app.name, replica) },
        {
            to: app.context.output,
            writer: { app: app.name, process: "release", replica, release: String(made.number) },
            sinkFolder: app.sinkFolder,
        },
        progress,
    );
}

/** Gives all the traffic back to the old release (or ends everything, when there is none) and removes the new one. */
async function takeBack(app: App, to: number, from: number | undefined): Promise<void> {
    const { fleet, state } = app;
    const spec = state.get().spec;
    if (from !== undefined && spec !== undefined) {
        fleet.traffic.sharing = { held: [to] };
        while (fleet.of(from).length < app.wanted(spec)) fleet.add(from);
        await fleet.traffic.publish().catch(() => undefined);
        const isBack = () => fleet.of(from).every((replica) => replica.ready);
        await fleet.changes.until(isBack, spec.health.startupSeconds * 1000);
    }
    await Promise.all(fleet.of(to).map((replica) => fleet.retire(replica)));
    fleet.traffic.sharing = {};
    state.clear("rollout");
    if (spec !== undefined) await settle(app, spec);
}
