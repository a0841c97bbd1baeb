/** Ways to say what a rule looks at, so that its file holds only what it wants. */
import { workloadOf } from "./kinds/index.js";
import type { Container, Variable, Workload } from "./model.js";
import type { Platform, Resource } from "./resource.js";
import type { Context, Options, ResourceJudge } from "./rule.js";
import { type Fields, isKnown, isOpaque } from "./values.js";
import { opaque, undecided, type Verdict } from "./verdict.js";

type Answer = Verdict | readonly Verdict[] | undefined;

function listed(answer: Answer): readonly Verdict[] {
    if (answer === undefined) return [];
    return Array.isArray(answer) ? answer : [answer as Verdict];
}

/** The same judge on several platforms. */
export function on<J, P extends Platform>(platforms: readonly P[], judge: J): { readonly [K in P]: J } {
    return Object.fromEntries(platforms.map((platform) => [platform, judge])) as { [K in P]: J };
}

/** Judges each thing that runs containers. */
export function workloads<O extends Options>(
    judge: (workload: Workload, context: Context<O>, resource: Resource) => Answer,
): ResourceJudge<O> {
    return (resource, context) => {
        const workload = workloadOf(resource);
        return workload === undefined ? [] : listed(judge(workload, context, resource));
    };
}

/** Judges each container, those that run first as well. */
export function containers<O extends Options>(
    judge: (container: Container, context: Context<O>, workload: Workload, resource: Resource) => Answer,
): ResourceJudge<O> {
    return workloads((workload, context, resource) => {
        if (isOpaque(workload.containers)) return opaque(workload.containers, "what it runs");
        return (workload.containers ?? []).flatMap((container) =>
            listed(judge(container, context, workload, resource)),
        );
    });
}

/** Judges each variable of each container's environment. */
export function variables<O extends Options>(
    judge: (variable: Variable & { readonly where: string }, context: Context<O>) => Answer,
): ResourceJudge<O> {
    return containers((container, context) => {
        const { environment, where } = container;
        if (isOpaque(environment)) return opaque(environment, `the environment of ${where}`);
        return (environment ?? []).flatMap((variable) => {
            const name = isKnown(variable.name) ? variable.name : "?";
            return listed(judge({ ...variable, where: `${name} of ${where}` }, context));
        });
    });
}

type TypeJudge<O extends Options> = (props: Fields, context: Context<O>, resource: Resource) => Answer;

/** Judges resources by their type. */
export function types<O extends Options>(judges: Readonly<Record<string, TypeJudge<O>>>): ResourceJudge<O> {
    const judge = (resource: Resource, context: Context<O>) => {
        const found = Object.hasOwn(judges, resource.type) ? judges[resource.type] : undefined;
        return found === undefined ? [] : listed(found(resource.props, context, resource));
    };
    return Object.assign(judge, { types: Object.keys(judges) });
}

/** Judges resources of several types alike. */
export function alike<O extends Options>(names: readonly string[], judge: TypeJudge<O>): ResourceJudge<O> {
    return types(Object.fromEntries(names.map((name) => [name, judge])));
}

/** The three names that one type of AWS has. */
export function balancing(type: string): readonly string[] {
    return ["lb", "alb", "elasticloadbalancingv2"].map((module) => `aws:${module}:${type}`);
}

/** The same judge on several platforms, for rules that a function has nothing to do with: it has no port and no volume. */
export function onPods<J, P extends Platform>(platforms: readonly P[], judge: J): { readonly [K in P]: J } {
    const all = on(platforms, judge);
    if (!("aws" in all)) return all;
    const each = judge as ResourceJudge;
    const tasks: ResourceJudge = (resource, context) => (resource.type === TASK ? each(resource, context) : []);
    return { ...all, aws: Object.assign(tasks, { types: [TASK] }) };
}

const TASK = "aws:ecs:TaskDefinition";

export const EVERYWHERE = ["intent", "aws", "azure", "kubernetes"] as const;
export const CLOUDS = ["aws", "azure", "kubernetes"] as const;

/** Judges a command whose words are all known; the image's own command is not seen. */
export function commandJudged(
    command: Container["command"],
    where: string,
    judge: (words: readonly string[]) => Verdict,
): Verdict {
    if (isOpaque(command)) return opaque(command, `the command of ${where}`);
    if (command === undefined) return undecided(`${where} runs the command of its image`);
    const words = command.filter(isKnown);
    const verdict = judge(words);
    // What was found is there, whatever the hidden words are.
    if (words.length === command.length || verdict.kind === "fail") return verdict;
    return undecided(`a word of the command of ${where} is not known`);
}
