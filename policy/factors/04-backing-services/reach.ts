import { backingImage, backingService, isLocalHost } from "../../detect/backing.js";
import { imageOf } from "../../image.js";
import { CLOUDS, EVERYWHERE, on, onPods, variables, workloads } from "../../judges.js";
import type { Platform, Stack } from "../../resource.js";
import { type Finding, resourceRule, stackRule } from "../../rule.js";
import { about, running } from "../../stack.js";
import { isKnown, isOpaque } from "../../values.js";
import { fail, judge, opaque, pass, shown, undecided, type Verdict } from "../../verdict.js";
import { addressesOn } from "./services.js";

export const requireBoundBackingServices = resourceRule(
    {
        name: "require-bound-backing-services",
        factor: 4,
        severity: "high",
        level: "mandatory",
        description:
            "An app reaches its database or queue through a binding, which hands over address and password by reference and grants no more than that.",
        mend: "Replace the variable by a binding: bindings: { DATABASE_URL: db }. For a service of another stack: Database.fromStack(…).",
    },
    {
        intent: variables(({ value, where, reference }) => {
            if (reference !== undefined) return pass;
            return judge(value, where, (known) => {
                const found = backingService(known);
                return found === undefined
                    ? pass
                    : fail(`${where} is the address of a backing service (${shown(found.host)})`, "a binding");
            });
        }),
    },
);

export const disallowLocalBackingService = resourceRule(
    {
        name: "disallow-local-backing-service",
        factor: 4,
        severity: "high",
        level: "mandatory",
        description:
            "A backing service is attached over the network: one on localhost shares the process's life, disk and number of copies.",
        mend: "Run the service on its own, and hand over its address by reference.",
    },
    on(
        EVERYWHERE,
        variables(({ value, where, reference }) => {
            if (reference !== undefined) return isOpaque(reference) ? opaque(reference, where) : pass;
            return judge(value, where, (known) => {
                const found = backingService(known);
                return found !== undefined && isLocalHost(found.host)
                    ? fail(
                          `${where} is a backing service on ${shown(found.host)}`,
                          "a service with an address of its own",
                      )
                    : pass;
            });
        }),
    ),
);

export const disallowBackingServiceBesideApp = resourceRule(
    {
        name: "disallow-backing-service-beside-app",
        factor: 4,
        severity: "high",
        level: "mandatory",
        description:
            "No database or broker runs inside an app's own task or pod: it would start, stop and multiply with the app.",
        mend: {
            aws: "Take the container out of the task: use RDS, ElastiCache, SQS or Amazon MQ, or a service of its own.",
            azure: "Take the container out of the template: use a flexible server, Azure Cache or Service Bus.",
            kubernetes: "Take the container out of the pod: use an operator's resource, or a StatefulSet of its own.",
        },
    },
    onPods(
        CLOUDS,
        workloads(({ containers }) => {
            if (isOpaque(containers)) return opaque(containers, "what it runs");
            if (containers === undefined) return undefined;
            const services = containers.map(({ image, where }) => {
                if (isOpaque(image)) return opaque(image, `the image of ${where}`);
                const repository = image === undefined ? undefined : imageOf(image)?.repository;
                const found = repository === undefined ? undefined : backingImage(repository);
                return found === undefined
                    ? pass
                    : fail(`${where} runs ${found} beside the app`, "a service outside of it");
            });
            const alone = containers.filter(({ initial }) => !initial).length < 2;
            const only = services.every(({ kind }) => kind === "fail");
            // A client of the same image that prepares something is no service; and a service alone is not beside an app.
            const judged = services.filter((_, index) => containers[index]?.initial === false);
            if (judged.some(({ kind }) => kind === "undecided")) return judged;
            return alone || only ? pass : judged;
        }),
    ),
);

export const requireBackingServiceReference = stackRule(
    {
        name: "require-backing-service-reference",
        factor: 4,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "The address of a database or queue of this stack is taken from the resource: a typed one points to the old place when the resource is replaced.",
        mend: "Use the resource's own output in the variable, instead of a copy of its value.",
    },
    {
        aws: (stack) => referenced(stack, "aws"),
        azure: (stack) => referenced(stack, "azure"),
        kubernetes: (stack) => referenced(stack, "kubernetes"),
    },
);

/** Workloads that hold the address of a service of this stack without depending on it. */
function referenced(stack: Stack, platform: Platform): readonly Finding[] {
    const services = addressesOn(stack, platform);
    const { containers, hidden } = running(stack, platform);
    const findings = containers.flatMap(({ resource, container }) => {
        const { environment, where } = container;
        if (isOpaque(environment)) return [about(resource, opaque(environment, `the environment of ${where}`))];
        return (environment ?? []).flatMap(({ name, value }): Finding[] => {
            if (isOpaque(value)) return [about(resource, opaque(value, `a variable of ${where}`))];
            if (value === undefined) return [];
            const host = backingService(value)?.host ?? value;
            const verdicts = services.flatMap(({ address, owner }): Verdict[] => {
                if (isOpaque(address))
                    return [undecided(`the address of ${owner.name} is not known before the update`)];
                if (address !== host) return [];
                return [
                    resource.dependencies.includes(owner.urn)
                        ? pass
                        : fail(
                              `${isKnown(name) ? name : "?"} of ${where} of ${resource.name} is a copy of the address of ${owner.name}`,
                              "a reference to its output",
                          ),
                ];
            });
            return verdicts.map((verdict) => about(resource, verdict));
        });
    });
    return [...findings, ...hidden];
}
