import type { RolloutSpec } from "../../spec.js";
import { monotonic } from "../wait.js";
import type { Fleet } from "./fleet.js";
import { isSilent, type Judged, judge, startFailuresAllowed, WAITING_MILLISECONDS } from "./judge.js";
import type { Replica } from "./replica.js";

const WATCH_MILLISECONDS = 500;

/** Why a release does not become the one that serves. */
export class RolloutFailure extends Error {}

export interface Rollout {
    readonly fleet: Fleet;
    readonly spec: RolloutSpec;
    /** Number of the release that is to serve. */
    readonly to: number;
    /** Number of the one that serves now, if any. */
    readonly from: number | undefined;
    /** How many replicas there are to be. */
    readonly replicas: number;
    readonly listens: boolean;
    /** Alerts that were raised since the rollout began. */
    readonly alarms: () => readonly string[];
    readonly progress: (line: string) => void;
    /** Ends the rollout early. */
    readonly signal: AbortSignal;
    /** From here on the new release is the one: called once, when nothing can fail any more. */
    readonly commit: () => void;
}

/**
 * Replaces one release by another. Rejects with a {@link RolloutFailure} when the new one is not good enough; it is
 * then the caller's part to take it away.
 */
export async function rollOut(rollout: Rollout): Promise<void> {
    const { fleet, to, from, replicas } = rollout;
    const watch = await Watch.begin(rollout);
    if (from === undefined) {
        await start(rollout, watch, replicas);
        rollout.commit();
        return;
    }
    await STRATEGIES[rollout.spec.strategy](rollout, watch);
    rollout.commit();
    await Promise.all(fleet.others(to).map((old) => fleet.retire(old)));
}

const STRATEGIES = { rolling, blueGreen, canary };

/** One more, wait until it is ready, one less; what is being stopped does not hold up the next one. */
async function rolling(rollout: Rollout, watch: Watch): Promise<void> {
    const { fleet, to, from, replicas, progress } = rollout;
    fleet.traffic.sharing = { fallback: from };
    for (let count = 1; count <= replicas; count++) {
        await start(rollout, watch, count);
        progress(`${count} of ${replicas} replicas run release ${to}`);
        if (count === replicas) break;
        const old = fleet.others(to)[0];
        // Its end is awaited with all the others', after the commit.
        if (old !== undefined) void fleet.retire(old);
    }
    await watch.bake(rollout.spec.bakeSeconds);
}

/** All new ones beside all old ones, then the traffic at once; the old ones stay until the new ones proved good. */
async function blueGreen(rollout: Rollout, watch: Watch): Promise<void> {
    const { fleet, to, from, replicas, spec, progress } = rollout;
    fleet.traffic.sharing = { held: [to] };
    await start(rollout, watch, replicas);
    await switchOver(rollout);
    progress(`release ${to} has all the traffic; release ${from} is kept for ${spec.bakeSeconds} s`);
    await watch.bake(spec.bakeSeconds);
}

/** A growing share of the traffic, each step watched for its bake time. */
async function canary(rollout: Rollout, watch: Watch): Promise<void> {
    const { fleet, to, from, replicas, spec, progress } = rollout;
    // Nothing for the new release until its share is told: it counts from its first replica on.
    fleet.traffic.sharing = { held: [to] };
    for (const { percent, bakeSeconds } of spec.steps) {
        await start(rollout, watch, Math.max(1, Math.ceil((replicas * percent) / 100)));
        fleet.traffic.sharing = { weights: { [to]: percent, [from ?? 0]: 100 - percent }, fallback: from };
        await fleet.traffic.publishSurely();
        progress(`release ${to} has ${percent} % of the traffic for ${bakeSeconds} s`);
        await watch.bake(bakeSeconds);
    }
    await start(rollout, watch, replicas);
    await switchOver(rollout);
    progress(`release ${to} has all the traffic`);
    await watch.bake(spec.bakeSeconds);
}

/** All the traffic to the new release; the old one stands by. */
async function switchOver({ fleet, from }: Rollout): Promise<void> {
    fleet.traffic.sharing = from === undefined ? {} : { held: [from], fallback: from };
    await fleet.traffic.publishSurely();
}

/** Brings the new release to a number of ready replicas. */
async function start(rollout: Rollout, watch: Watch, count: number): Promise<void> {
    const { fleet, to, listens } = rollout;
    while (fleet.of(to).length < count) fleet.add(to);
    const isReady = () => fleet.of(to).filter((replica) => replica.ready).length >= count;
    while (!isReady()) {
        await watch.check();
        await fleet.changes.next(WATCH_MILLISECONDS);
    }
    await watch.check();
    if (listens) await fleet.traffic.publishSurely();
}

/** Looks for reasons to roll back. */
class Watch {
    private constructor(
        private readonly rollout: Rollout,
        private readonly before: Awaited<ReturnType<Fleet["traffic"]["byRelease"]>>,
    ) {}

    static async begin(rollout: Rollout): Promise<Watch> {
        return new Watch(rollout, rollout.listens ? await rollout.fleet.traffic.byRelease() : {});
    }

    /** Watches for a while. */
    async bake(seconds: number): Promise<void> {
        const deadline = monotonic() + seconds * 1000;
        for (;;) {
            await this.check();
            const left = deadline - monotonic();
            // A release that has not answered anything gets the time to.
            if (left <= -WAITING_MILLISECONDS || (left <= 0 && !isSilent(await this.judged()))) return;
            await this.rollout.fleet.changes.next(left > 0 ? Math.min(WATCH_MILLISECONDS, left) : WATCH_MILLISECONDS);
        }
    }

    /** @throws RolloutFailure when there is a reason. */
    async check(): Promise<void> {
        const { fleet, to, replicas, alarms, signal, listens } = this.rollout;
        if (signal.aborted) throw new RolloutFailure("it was called off, because the app is being removed");
        const problem = replicaProblem(fleet.of(to), replicas);
        if (problem !== undefined) throw new RolloutFailure(problem);
        const raised = alarms();
        if (raised.length > 0)
            throw new RolloutFailure(`the alert ${raised.map((name) => `"${name}"`).join(", ")} was raised`);
        if (!listens) return;
        const verdict = judge(await this.judged());
        if (verdict !== undefined) throw new RolloutFailure(verdict);
    }

    private async judged(): Promise<Judged> {
        const { fleet, to, from, spec, listens } = this.rollout;
        const now = listens ? await fleet.traffic.byRelease() : {};
        return { to, from, before: this.before, now, rules: spec.rollbackOn };
    }
}

/** A replica that failed after it was ready, never became ready, or too many that ended while starting. */
function replicaProblem(replicas: readonly Replica[], wanted: number): string | undefined {
    const failures = replicas.flatMap(({ failures, record }) =>
        failures.map((failure) => ({ ...failure, text: `replica ${record.id}: ${failure.text}` })),
    );
    const fatal = failures.find(({ served, kind }) => served || kind !== "dead");
    if (fatal !== undefined) return fatal.text;
    const allowed = startFailuresAllowed(wanted);
    return failures.length < allowed ? undefined : `${failures.at(-1)?.text} (${failures.length} times)`;
}
