import { containers, on, types } from "../../judges.js";
import { asked, intentOf } from "../../kinds/intent/intent.js";
import { resourceRule } from "../../rule.js";
import { at, isOpaque, record, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../../verdict.js";

export const requireLivenessCheck = resourceRule(
    {
        name: "require-liveness-check",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A process that hangs is replaced: something asks whether it lives.",
        mend: {
            intent: "Set health.livenessPath.",
            azure: "Give the container a probe of type Liveness.",
            kubernetes: "Give the container a livenessProbe.",
        },
    },
    {
        intent: types({
            "twelvefold:index:App": (_, __, resource) => {
                const intent = intentOf(resource, "App") ?? {};
                const port = asked(intent, "port");
                if (isOpaque(port)) return opaque(port, "port");
                if (port === undefined) return outside("a worker without a port is watched as a process");
                const health = record(asked(intent, "health"));
                if (isOpaque(health)) return opaque(health, "health");
                return judge(
                    text(at(health, "livenessPath")),
                    "health.livenessPath",
                    () => pass,
                    fail("health.livenessPath is not given", "a path"),
                );
            },
        }),
        ...on(
            ["azure", "kubernetes"],
            containers(({ ports, liveness, where, initial }, _, { role }) => {
                if (initial || role === "job") return undefined;
                if (isOpaque(ports)) return opaque(ports, `the ports of ${where}`);
                if ((ports ?? []).length === 0) return undefined;
                return judge(
                    liveness,
                    `the liveness probe of ${where}`,
                    () => pass,
                    fail(`${where} has no liveness probe`, "a liveness probe"),
                );
            }),
        ),
    },
);

export const requireStartupCheck = resourceRule(
    {
        name: "require-startup-check",
        factor: 9,
        severity: "low",
        level: "advisory",
        description: "Starting has a check of its own: a slow start is then not taken for a process that hangs.",
        mend: {
            azure: "Give the container a probe of type Startup.",
            kubernetes: "Give the container a startupProbe.",
        },
    },
    on(
        ["azure", "kubernetes"],
        containers(({ liveness, startup, where, initial }, _, { role }) => {
            if (initial || role === "job") return undefined;
            if (liveness === undefined) return outside(`${where} has no liveness probe that could strike too early`);
            if (isOpaque(liveness)) return opaque(liveness, `the liveness probe of ${where}`);
            return judge(
                startup,
                `the start-up probe of ${where}`,
                () => pass,
                fail(`${where} has no start-up probe`, "a start-up probe"),
            );
        }),
    ),
);

export const disallowSharedProbe = resourceRule(
    {
        name: "disallow-shared-probe",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "Ready and alive are different questions: one answer for both restarts a process because its database is away.",
        mend: "Give liveness a path of its own that asks nobody else.",
    },
    {
        intent: types({
            "twelvefold:index:App": (_, __, resource) => {
                const health = record(asked(intentOf(resource, "App") ?? {}, "health"));
                if (isOpaque(health)) return opaque(health, "health");
                if (health === undefined) return outside("a worker has no path");
                return apart(at(health, "readinessPath"), at(health, "livenessPath"), resource.name);
            },
        }),
        ...on(
            ["azure", "kubernetes"],
            containers(({ readiness, liveness, where }) => {
                if (isOpaque(readiness)) return opaque(readiness, `the readiness probe of ${where}`);
                if (isOpaque(liveness)) return opaque(liveness, `the liveness probe of ${where}`);
                if (readiness === undefined || liveness === undefined) return outside(`${where} has no two probes`);
                return apart(at(readiness, "httpGet", "path"), at(liveness, "httpGet", "path"), where);
            }),
        ),
    },
);

function apart(ready: unknown, alive: unknown, where: string): Verdict {
    const [first, second] = [text(ready), text(alive)];
    if (isOpaque(first) || isOpaque(second)) return opaque([first, second].find(isOpaque), `a path of ${where}`);
    if (first === undefined || second === undefined) return outside(`${where} is not asked by two paths`);
    return first === second
        ? fail(`${where} answers ${shown(first)} for both readiness and liveness`, "two paths")
        : pass;
}
