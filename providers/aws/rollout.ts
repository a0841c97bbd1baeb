import type { RolloutRequest } from "../contract.js";

/** How ECS replaces tasks, in its own words; its minutes are texts. */
export type Strategy =
    | { readonly strategy: "ROLLING" }
    | { readonly strategy: "BLUE_GREEN"; readonly bakeTimeInMinutes: string }
    | {
          readonly strategy: "CANARY";
          readonly bakeTimeInMinutes: string;
          readonly canaryConfiguration: { readonly canaryPercent: number; readonly canaryBakeTimeInMinutes: string };
      }
    | {
          readonly strategy: "LINEAR";
          readonly bakeTimeInMinutes: string;
          readonly linearConfiguration: { readonly stepPercent: number; readonly stepBakeTimeInMinutes: string };
      };

const LEAST_LINEAR_PERCENT = 3;

export const UNEQUAL_STEPS =
    "Amazon ECS shifts traffic once (canary) or in equal steps (linear); write one step, or equal steps with equal bake times.";

/** Undefined for steps that ECS does not have. */
export function strategyOf({ strategy, steps, bakeSeconds }: RolloutRequest): Strategy | undefined {
    if (strategy === "rolling") return { strategy: "ROLLING" };
    if (strategy === "blueGreen") return { strategy: "BLUE_GREEN", bakeTimeInMinutes: minutes(bakeSeconds) };
    const [first, ...rest] = steps;
    if (first === undefined) return undefined;
    const bakeTimeInMinutes = "0";
    const bake = minutes(first.bakeSeconds);
    if (rest.length === 0) {
        const canaryConfiguration = { canaryPercent: first.percent, canaryBakeTimeInMinutes: bake };
        return { strategy: "CANARY", bakeTimeInMinutes, canaryConfiguration };
    }
    const equal = rest.every(
        (step, index) => step.percent === first.percent * (index + 2) && step.bakeSeconds === first.bakeSeconds,
    );
    // ECS goes on by the same step to the end.
    const reaches = 100 - first.percent * steps.length <= first.percent;
    if (!equal || !reaches || first.percent < LEAST_LINEAR_PERCENT) return undefined;
    const linearConfiguration = { stepPercent: first.percent, stepBakeTimeInMinutes: bake };
    return { strategy: "LINEAR", bakeTimeInMinutes, linearConfiguration };
}

/** How long a rollout bakes, in all. */
export function bakeSecondsOf({ strategy, steps, bakeSeconds }: RolloutRequest): number {
    if (strategy === "rolling") return 0;
    const whole = (seconds: number) => Math.ceil(seconds / 60) * 60;
    if (strategy === "blueGreen") return whole(bakeSeconds);
    return steps.reduce((sum, step) => sum + whole(step.bakeSeconds), 0);
}

function minutes(seconds: number): string {
    return String(Math.ceil(seconds / 60));
}
