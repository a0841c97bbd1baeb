import { asked, intentOf } from "../../kinds/intent/intent.js";
import type { Resource } from "../../resource.js";
import { stackRule } from "../../rule.js";
import { about, ofType } from "../../stack.js";
import { at, isKnown, isOpaque, json, number, record, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, undecided, type Verdict } from "../../verdict.js";

export const requireDeadLetterQueue = stackRule(
    {
        name: "require-dead-letter-queue",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "A message that cannot be handled is put aside after some tries, so that it neither blocks the others nor is lost.",
        mend: {
            intent: "Set maxDeliveries.",
            aws: "Give the queue a redrivePolicy.",
            azure: "Leave maxDeliveryCount at 10, or lower it.",
            kubernetes:
                'Give the queue the argument "x-dead-letter-exchange", or a Policy with "dead-letter-exchange".',
        },
        options: {
            mostDeliveries: { type: "integer", description: "Most tries.", default: 100, minimum: 1 },
        },
    },
    {
        intent: (stack, { options }) =>
            ofType(stack, "twelvefold:index:Queue").map((queue) =>
                about(
                    queue,
                    tries(
                        asked(intentOf(queue, "Queue") ?? {}, "maxDeliveries"),
                        "maxDeliveries",
                        options.mostDeliveries,
                    ),
                ),
            ),
        aws: (stack) => {
            const queues = ofType(stack, "aws:sqs:Queue");
            const policies = ofType(stack, "aws:sqs:RedrivePolicy");
            return queues.map((queue) => about(queue, redriven(queue, [...queues, ...policies])));
        },
        azure: (stack, { options }) =>
            ofType(stack, "azure-native:servicebus:Queue", "azure-native:servicebus:Subscription").map((queue) =>
                about(
                    queue,
                    tries(at(queue.props, "maxDeliveryCount") ?? 10, "maxDeliveryCount", options.mostDeliveries),
                ),
            ),
        kubernetes: (stack) => {
            const policies = ofType(stack, "kubernetes:rabbitmq.com:Policy");
            return ofType(stack, "kubernetes:rabbitmq.com:Queue").map((queue) =>
                about(queue, exchanged(queue, policies)),
            );
        },
    },
);

function tries(value: unknown, what: string, most: number): Verdict {
    return judge(
        number(value),
        what,
        (known) => (known >= 1 && known <= most ? pass : fail(`${what} is ${known}`, `1 to ${most}`)),
        fail(`${what} is not given`, `1 to ${most}`),
    );
}

/** A queue that others redrive to is a dead-letter queue itself. */
function redriven(queue: Resource, all: readonly Resource[]): Verdict {
    const own = at(queue.props, "redrivePolicy");
    const others = all.filter((other) => other !== queue && leadsTo(other, queue));
    if (others.length > 0) return outside(`${queue.name} is where others put messages aside`);
    if (at(queue.props, "redriveAllowPolicy") !== undefined)
        return outside(`${queue.name} takes what others put aside`);
    const separate = all.some(
        ({ type, dependencies }) => type === "aws:sqs:RedrivePolicy" && dependencies.includes(queue.urn),
    );
    if (separate) return pass;
    if (isOpaque(own)) return opaque(own, `redrivePolicy of ${queue.name}`);
    const policy = record(json(own));
    const target = at(policy, "deadLetterTargetArn");
    if (isOpaque(policy) || isOpaque(target)) return undecided(`redrivePolicy of ${queue.name} cannot be read`);
    return target === undefined ? fail(`${queue.name} puts no message aside`, "a redrivePolicy") : pass;
}

function leadsTo(other: Resource, queue: Resource): boolean {
    const policy = at(other.props, "redrivePolicy");
    if (policy === undefined) return false;
    const arn = text(at(queue.props, "arn"));
    const target = at(json(policy), "deadLetterTargetArn");
    if (isKnown(arn) && target === arn) return true;
    return isOpaque(policy) || isOpaque(target) || target === undefined
        ? other.dependencies.includes(queue.urn)
        : false;
}

function exchanged(queue: Resource, policies: readonly Resource[]): Verdict {
    const own = at(queue.props, "spec", "arguments", "x-dead-letter-exchange");
    if (isOpaque(own)) return opaque(own, `the arguments of ${queue.name}`);
    if (own !== undefined) return pass;
    const verdicts = policies.map((policy): "yes" | "no" | "unknown" => {
        const pattern = text(at(policy.props, "spec", "pattern"));
        const name = text(at(queue.props, "spec", "name"));
        const exchange = at(policy.props, "spec", "definition", "dead-letter-exchange");
        if (isOpaque(pattern) || isOpaque(name) || isOpaque(exchange)) return "unknown";
        if (pattern === undefined || exchange === undefined) return "no";
        return pattern === ".*" || (name !== undefined && pattern === `^${name}$`) ? "yes" : "unknown";
    });
    if (verdicts.includes("yes")) return pass;
    return verdicts.includes("unknown")
        ? undecided(`whether a policy means ${queue.name} depends on its pattern`)
        : fail(`${queue.name} puts no message aside`, "a dead-letter exchange");
}
