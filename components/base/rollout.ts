import type { RolloutRequest } from "../../providers/contract.js";
import type { Feature } from "../../providers/support.js";
import { type ArgsReader, compact } from "./args-reader.js";
import { anyText, decimal, listOf, objectOf, oneOf, wholeNumber } from "./fields.js";

/** How a new release takes over from the old one, and when it gives back. */
export interface RolloutArgs {
    /**
     * rolling: replica by replica. blueGreen: all at once, the old release kept for `bakeSeconds`. canary: in `steps`.
     * Default: rolling. All of them keep the old release when the new one does not become ready.
     */
    readonly strategy?: "rolling" | "blueGreen" | "canary" | undefined;
    /** Shares of traffic of a canary, each watched for a time before the next. Default: 10 % for 60 seconds. */
    readonly steps?: readonly {
        /** Share of the app's traffic, 1 to 99, more than in the step before. */
        readonly percent: number;
        /** How long it is watched before the next step, in seconds, 0 to 86,400. */
        readonly bakeSeconds: number;
    }[];
    /** How long the old release is kept after the switch of a blueGreen rollout, in seconds, 0 to 86,400. Default: 60. */
    readonly bakeSeconds?: number | undefined;
    /** What counts as bad while the new release is watched. */
    readonly rollbackOn?: {
        /** Answers with status 500 and above, in percent of all, 0.1 to 100. Default: 5. */
        readonly errorPercent?: number | undefined;
        /** 99th percentile of the time to answer, in milliseconds, 1 to 600,000. Default: not watched. */
        readonly p99Milliseconds?: number | undefined;
        /** Names of alerts of the app's log sink. Default: none. */
        readonly alarms?: readonly string[] | undefined;
    };
}

const bake = wholeNumber(0, 86_400, "seconds");
const shape = objectOf({
    strategy: { check: oneOf("rolling", "blueGreen", "canary") },
    steps: {
        check: listOf(
            objectOf({
                percent: { check: wholeNumber(1, 99, "percent"), required: true },
                bakeSeconds: { check: bake, required: true },
            }),
            { atLeast: 1, what: "steps" },
        ),
    },
    bakeSeconds: { check: bake },
    rollbackOn: {
        check: objectOf({
            errorPercent: { check: decimal(0.1, 100, "percent") },
            p99Milliseconds: { check: wholeNumber(1, 600_000, "milliseconds") },
            alarms: { check: listOf(anyText, { what: "names of alerts" }) },
        }),
    },
});

const ROLLBACK_SIGNALS = ["errorPercent", "p99Milliseconds", "alarms"] as const;

export function readRollout(
    args: ArgsReader<{
        readonly rollout?: RolloutArgs | undefined;
        readonly port?: number | undefined;
        readonly logs?: unknown;
    }>,
): { readonly rollout: RolloutRequest; readonly asked: readonly Feature[] } {
    const before = args.problems.length;
    const given = args.plain<RolloutArgs>("rollout", shape, {});
    const usable = args.problems.length === before && typeof given === "object" ? given : {};
    const strategy = usable.strategy ?? "rolling";
    if (usable.steps !== undefined && strategy !== "canary") {
        args.problem(`rollout.steps goes with strategy "canary", and the strategy is "${strategy}". Drop one.`);
    }
    if (usable.bakeSeconds !== undefined && strategy !== "blueGreen") {
        args.problem(`rollout.bakeSeconds goes with strategy "blueGreen", and the strategy is "${strategy}". Drop it.`);
    }
    for (const [index, step] of (usable.steps ?? []).entries()) {
        const last = usable.steps?.[index - 1];
        if (last && step.percent <= last.percent) {
            args.problem(
                `rollout.steps[${index}].percent is ${step.percent}, not more than the step before it, which is ${last.percent}.`,
            );
        }
    }
    if (strategy === "canary" && !args.given("port")) {
        args.problem('rollout.strategy is "canary", and without a port there is no traffic to shift; use rolling.');
    }
    if (usable.rollbackOn?.alarms && usable.rollbackOn.alarms.length > 0 && !args.given("logs")) {
        args.problem("rollout.rollbackOn.alarms names alerts of a log sink; attach one with logs.");
    }
    const rollout: RolloutRequest = {
        strategy,
        steps: strategy === "canary" ? (usable.steps ?? [{ percent: 10, bakeSeconds: 60 }]) : [],
        bakeSeconds: strategy === "blueGreen" ? (usable.bakeSeconds ?? 60) : 0,
        rollbackOn: compact<RolloutRequest["rollbackOn"]>({
            errorPercent: usable.rollbackOn?.errorPercent,
            p99Milliseconds: usable.rollbackOn?.p99Milliseconds,
            alarms: usable.rollbackOn?.alarms ?? [],
        }),
    };
    args.remember("rollout", rollout);
    const signals = ROLLBACK_SIGNALS.filter((signal) => usable.rollbackOn?.[signal] !== undefined);
    return { rollout, asked: [`App.${strategy}`, ...signals.map((signal) => `App.rollbackOn.${signal}` as const)] };
}
