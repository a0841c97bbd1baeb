import { judge, type Sample } from "./judge.js";
import { replicasFor, type ShiftPlan, type Step } from "./plan.js";

/** What a shift can see and do. */
export interface World {
    /** The release that the Service selects: "none" without a Service, "all" where it does not tell them apart. */
    serving(): Promise<string | "none" | "all">;
    /** Whether the other Service still selects this release; another shift would have moved it on. */
    isNext(): Promise<boolean>;
    /** Gives the new release so many percent of the app's share on every route. */
    weigh(percent: number): Promise<void>;
    /** Makes the Service select the new release. */
    serve(): Promise<void>;
    replicasOf(release: string): Promise<number>;
    scale(replicas: number): Promise<void>;
    /** Counts restarts since the first call. */
    look(windowSeconds: number): Promise<Sample>;
    /** @throws when the shift is to stop */
    sleep(seconds: number): Promise<void>;
    /** Seconds of a clock that only goes forward. */
    now(): number;
    log(line: string): void;
}

const LOOK_SECONDS = 5;
/** Prometheus needs some scrapes to say anything. */
const LEAST_WINDOW_SECONDS = 60;

/** Another shift has taken over; what it has done must stay. */
export class Superseded extends Error {}

/**
 * Moves the traffic of an app to its new release, step by step, and takes all of it back when the release turns out bad.
 * After either, the weights are as the program declares them: everything on the Service, nothing on the other.
 *
 * @throws why the release does not serve; the old one does then
 */
export async function shift(plan: ShiftPlan, world: World): Promise<void> {
    const { release } = plan;
    const serving = await world.serving();
    if (serving === release || serving === "none" || serving === "all") {
        world.log(serving === "all" ? "the first release with this strategy: nothing to shift" : "nothing to shift");
        if (serving === release) await world.weigh(0);
        return;
    }
    try {
        await world.look(LEAST_WINDOW_SECONDS);
        for (const step of plan.steps) {
            await grow(plan, world, serving, step.percent);
            await claim(world);
            await world.weigh(step.percent);
            world.log(`release ${release} has ${step.percent} % of the traffic for ${step.bakeSeconds} s`);
            await bake(plan, world, step);
        }
        await grow(plan, world, serving, 100);
        await claim(world);
        await world.weigh(100);
        // Nothing goes to the Service now, so that nobody notices whom it selects.
        await world.sleep(plan.drainSeconds);
        await claim(world);
        await world.serve();
        await world.sleep(plan.drainSeconds);
        await world.weigh(0);
        world.log(`release ${release} serves`);
    } catch (error) {
        if (error instanceof Superseded) throw error;
        await world.weigh(0);
        world.log(`release ${serving} has all of the traffic again`);
        throw new Error(`Release ${release} does not serve: ${(error as Error).message}.`);
    }
}

async function claim(world: World): Promise<void> {
    if (!(await world.isNext())) throw new Superseded("Another release is being shifted to; this shift ends here.");
}

/** A share of the traffic needs its share of the replicas first. */
async function grow(plan: ShiftPlan, world: World, serving: string, percent: number): Promise<void> {
    if (plan.minReplicas !== undefined) {
        await world.scale(replicasFor(await world.replicasOf(serving), plan.minReplicas, percent));
    }
    const start = world.now();
    for (;;) {
        const { available, wanted } = await world.look(LEAST_WINDOW_SECONDS);
        if (wanted > 0 && available >= wanted) return;
        if (world.now() - start >= plan.readySeconds) {
            throw new Error(`${available} of ${wanted} replicas are available after ${plan.readySeconds} s`);
        }
        await world.sleep(1);
    }
}

async function bake(plan: ShiftPlan, world: World, step: Step): Promise<void> {
    const window = Math.max(LEAST_WINDOW_SECONDS, step.bakeSeconds);
    const end = world.now() + step.bakeSeconds;
    let known = step.bakeSeconds === 0;
    for (;;) {
        const sample = await world.look(window);
        const bad = judge(sample, plan.limits);
        if (bad !== undefined) throw new Error(bad);
        known ||= knows(plan, sample);
        const left = end - world.now();
        if (left <= 0) break;
        await world.sleep(Math.min(LOOK_SECONDS, left));
    }
    if (known) return;
    if (plan.limits.mustKnow)
        throw new Error("Prometheus said nothing about its requests, so that nobody can judge it");
    world.log("nothing is known of its requests; judged by its replicas alone");
}

function knows({ limits }: ShiftPlan, { errorPercent, p99Milliseconds }: Sample): boolean {
    return (
        (limits.errorPercent === undefined || errorPercent !== undefined) &&
        (limits.p99Milliseconds === undefined || p99Milliseconds !== undefined)
    );
}
