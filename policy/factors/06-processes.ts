import { alike, balancing, CLOUDS, containers, onPods, types, workloads } from "../judges.js";
import type { Workload } from "../model.js";
import { resourceRule } from "../rule.js";
import { at, type Fields, flag, isKnown, isOpaque, list, type Maybe, record, text } from "../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../verdict.js";

function volumesOf(kind: string, volumes: Workload["volumes"], wanted: string, what: string): readonly Verdict[] {
    if (isOpaque(volumes)) return [opaque(volumes, "volumes")];
    if (volumes === undefined) return [pass];
    const verdicts = volumes.map((volume, index) => {
        const name = isKnown(volume.name) ? shown(volume.name) : String(index + 1);
        return judge(volume.kind, `volume ${name}`, (known) =>
            known === kind ? fail(`the volume ${name} is ${what}`, wanted) : pass,
        );
    });
    return verdicts.length === 0 ? [pass] : verdicts;
}

export const disallowHostPath = resourceRule(
    {
        name: "disallow-host-path",
        factor: 6,
        severity: "high",
        level: "mandatory",
        description:
            "A process keeps nothing on the machine that it happens to run on: the next one starts on another.",
        mend: "Keep the data in a backing service; for scratch space use an empty volume.",
    },
    onPods(
        ["aws", "kubernetes"],
        workloads(({ volumes, role }) =>
            role === "agent"
                ? outside("an agent serves the machine that it runs on")
                : volumesOf("host", volumes, "no folder of the machine", "a folder of the machine"),
        ),
    ),
);

export const disallowSharedVolume = resourceRule(
    {
        name: "disallow-shared-volume",
        factor: 6,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "A web process keeps its state in backing services: a shared or single-writer disk ties its copies together.",
        mend: {
            aws: "Keep files in S3, and sessions in a cache or a database.",
            azure: "Keep files in Blob Storage, and sessions in a cache or a database.",
            kubernetes:
                "Keep files in an object store, and sessions in a cache or a database; what owns its disk is a StatefulSet.",
        },
    },
    onPods(
        CLOUDS,
        workloads(({ volumes, role, ...rest }, _, { type }) => {
            if (role === "job" || role === "agent" || role === "function") return outside("it is no web process");
            if (type === "kubernetes:apps:StatefulSet") return outside("a StatefulSet owns its disks");
            const serves = listens(rest.containers);
            if (serves === false) return outside("it has no port, and so is no web process");
            const verdicts = ["shared", "claim"].flatMap((kind) =>
                volumesOf(
                    kind,
                    volumes,
                    "a web process without a disk",
                    kind === "shared" ? "a shared file system" : "a disk of its own",
                ),
            );
            return isOpaque(serves) ? opaque(serves, "whether it has a port") : verdicts;
        }),
    ),
);

/** Whether one of the containers has a port. */
function listens(containers: Workload["containers"]): Maybe<boolean> {
    if (!isKnown(containers)) return containers;
    const ports = containers.map((container) => container.ports);
    if (ports.some((entry) => isKnown(entry) && entry.length > 0)) return true;
    return ports.find(isOpaque) ?? false;
}

export const disallowSessionAffinity = resourceRule(
    {
        name: "disallow-session-affinity",
        factor: 6,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "Any process serves any request: a session that sticks to one process is lost with it.",
        mend: {
            aws: "Drop stickiness, and keep sessions in a cache or a database.",
            azure: "Switch affinity off, and keep sessions in a cache or a database.",
            kubernetes: "Drop the affinity, and keep sessions in a cache or a database.",
        },
    },
    {
        aws: alike(balancing("TargetGroup"), (props) => {
            const stickiness = record(at(props, "stickiness"));
            return judge(
                stickiness,
                "stickiness",
                () =>
                    judge(flag(at(stickiness, "enabled") ?? true), "stickiness.enabled", (value) =>
                        value ? fail("stickiness.enabled is true", "false") : pass,
                    ),
                pass,
            );
        }),
        azure: types({
            "azure-native:app:ContainerApp": word(["configuration", "ingress", "stickySessions", "affinity"], "sticky"),
            "azure-native:cdn:AFDOriginGroup": word(["sessionAffinityState"], "Enabled"),
            "azure-native:web:WebApp": (props) =>
                judge(
                    flag(at(props, "clientAffinityEnabled")),
                    "clientAffinityEnabled",
                    (value) => (value ? fail("clientAffinityEnabled is true", "false") : pass),
                    // App Service switches it on where nothing is said.
                    fail("clientAffinityEnabled is not given, which means true", "false"),
                ),
        }),
        kubernetes: types({
            "kubernetes:core:Service": word(["spec", "sessionAffinity"], "ClientIP"),
            "kubernetes:gateway.networking.k8s.io:HTTPRoute": (props) => {
                const rules = list(at(props, "spec", "rules"));
                if (isOpaque(rules)) return opaque(rules, "spec.rules");
                return (rules ?? []).map((rule) => {
                    const persistence = at(rule, "sessionPersistence");
                    if (isOpaque(persistence)) return opaque(persistence, "sessionPersistence");
                    return persistence === undefined ? pass : fail("a rule has sessionPersistence", "rules without it");
                });
            },
            "kubernetes:networking.k8s.io:Ingress": (props) =>
                judge(
                    text(at(props, "metadata", "annotations", "nginx.ingress.kubernetes.io/affinity")),
                    "the annotation nginx.ingress.kubernetes.io/affinity",
                    (value) =>
                        fail(`the annotation nginx.ingress.kubernetes.io/affinity is ${shown(value)}`, "no affinity"),
                    pass,
                ),
        }),
    },
);

/** Fails where a text is a certain word, in any case. */
function word(path: readonly string[], bad: string): (props: Fields) => Verdict {
    return (props) =>
        judge(
            text(at(props, ...path)),
            path.join("."),
            (value) =>
                value.toLowerCase() === bad.toLowerCase()
                    ? fail(`${path.join(".")} is ${shown(value)}`, "no affinity")
                    : pass,
            pass,
        );
}

export const requireReadOnlyRoot = resourceRule(
    {
        name: "require-read-only-root",
        factor: 6,
        severity: "low",
        level: "advisory",
        description:
            "A process cannot write into its own image: what it wrote would be gone with it, and nobody would miss it before.",
        mend: {
            aws: "Set readonlyRootFilesystem: true, and mount an empty volume where scratch space is needed.",
            kubernetes:
                "Set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where scratch space is needed.",
        },
    },
    onPods(
        ["aws", "kubernetes"],
        containers(({ readOnlyRoot, where }, _, { role }) => {
            if (role === "function") return outside("a function's image is read-only");
            const missing = fail(`the root file system of ${where} is writable`, "a read-only one");
            return judge(
                readOnlyRoot,
                `the root file system of ${where}`,
                (value) => (value ? pass : missing),
                missing,
            );
        }),
    ),
);
