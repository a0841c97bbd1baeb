import { alike, balancing, containers, on, types } from "../../judges.js";
import { asked, intentOf } from "../../kinds/intent/intent.js";
import { resourceRule } from "../../rule.js";
import { at, type Fields, flag, isOpaque, record, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../../verdict.js";

export const requireReadinessCheck = resourceRule(
    {
        name: "require-readiness-check",
        factor: 7,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "A web process says when it is ready, by a path that is asked: traffic before that fails.",
        mend: {
            intent: "Set health.readinessPath.",
            aws: "Give the target group a healthCheck with a path that the process answers.",
            azure: "Give the container a probe of type Readiness.",
            kubernetes: "Give the container a readinessProbe.",
        },
    },
    {
        intent: types({ "twelvefold:index:App": readyIntent }),
        aws: alike(balancing("TargetGroup"), readyTargetGroup),
        ...on(
            ["azure", "kubernetes"],
            containers(({ ports: own, readiness, where, initial }, _, { role }) => {
                if (initial || role === "job") return undefined;
                if (isOpaque(own)) return opaque(own, `the ports of ${where}`);
                if (own === undefined || own.length === 0) return undefined;
                return judge(
                    readiness,
                    `the readiness probe of ${where}`,
                    () => pass,
                    fail(`${where} has a port and no readiness probe`, "a readiness probe"),
                );
            }),
        ),
    },
);

function readyIntent(_: Fields, __: unknown, resource: Parameters<typeof intentOf>[0]): Verdict {
    const intent = intentOf(resource, "App") ?? {};
    const port = asked(intent, "port");
    if (isOpaque(port)) return opaque(port, "port");
    if (port === undefined) return outside("a worker has no port");
    const health = record(asked(intent, "health"));
    if (isOpaque(health)) return opaque(health, "health");
    return judge(
        text(at(health, "readinessPath")),
        "health.readinessPath",
        (path) => (path.startsWith("/") ? pass : fail(`health.readinessPath is ${shown(path)}`, "a path")),
        fail("health.readinessPath is not given", "a path"),
    );
}

function readyTargetGroup(props: Fields): Verdict {
    const protocol = text(at(props, "protocol"));
    if (isOpaque(protocol)) return opaque(protocol, "protocol");
    if (protocol === undefined || !/^HTTPS?$/i.test(protocol)) return outside("it balances no HTTP");
    const check = record(at(props, "healthCheck"));
    if (isOpaque(check)) return opaque(check, "healthCheck");
    if (flag(at(check, "enabled")) === false) return fail("healthCheck.enabled is false", "true");
    return judge(
        text(at(check, "path")),
        "healthCheck.path",
        () => pass,
        fail("healthCheck.path is not given, which asks for /", "the path that says that the process is ready"),
    );
}
