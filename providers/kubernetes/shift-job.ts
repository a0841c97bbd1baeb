import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, type ConfigMapArgs } from "@pulumi/kubernetes/core/v1";
import type { Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { ground, recordOf } from "./handles.js";
import { objectLabels } from "./labels.js";
import { logLabels } from "./log-sink.js";
import type { PodInputs } from "./pod.js";
import type { PlatformRecord } from "./record.js";
import { resourcesOf } from "./resources.js";
import { runOnce } from "./run-once.js";
import { USER } from "./security.js";
import { longestSeconds } from "./shift/plan.js";
import { planOf, routesOf, type ShiftOptions } from "./shift-plan.js";
import { makeRights } from "./shift-rights.js";

const FILES = ["api", "cluster", "judge", "main", "plan", "prometheus", "shift"].map((name) => `${name}.js`);
const FOLDER = "/opt/shift";
const ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The Job that moves an app's traffic to its new release, and back when that is bad; an update waits for its end. */
export function makeShift(scope: Scope, options: ShiftOptions): Job {
    const name = `${scope.name}-shift`;
    const namespace = ground(scope, "namespace");
    const plan = planOf(scope, options);
    const rights = makeRights(scope, {
        name,
        services: [scope.name, options.next],
        routes: routesOf(scope, options.request),
        deployment: options.deployment,
    });
    const script = scope.child(
        "shift-script",
        { metadata: { namespace, labels: objectLabels(scope, "shift") }, immutable: true, data: scriptFiles() },
        (child, args: ConfigMapArgs, opts) => new ConfigMap(child, args, opts),
    );
    const parts: PodInputs = {
        name: "shift",
        image: recordOf(scope).apply((record) => nodeImage(scope, record)),
        env: [{ name: "SHIFT", value: plan.apply((known) => JSON.stringify(known)) }],
        account: name,
        ca: ground(scope, "ca"),
        user: USER,
        size: resourcesOf(0.1, 128, scope.profile),
        labels: logLabels(scope, options.request.logs),
    };
    const volumes = [
        { volume: { name: "script", configMap: { name: script.metadata.name } }, mountPath: FOLDER },
        { volume: { name: "account", projected: ACCOUNT }, mountPath: ACCOUNT_FOLDER },
    ];
    const run = {
        component: "shift",
        of: scope.name,
        parts,
        command: ["node", `${FOLDER}/main.js`],
        timeoutSeconds: plan.apply(longestSeconds),
        retries: 0,
        volumes,
    } as const;
    return runOnce(scope, "shift", namespace, run, [...rights, ...options.dependsOn]);
}

/** A token for the one pod that needs one, instead of the account's for all. */
const ACCOUNT = {
    defaultMode: 0o440,
    sources: [
        { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    ],
};

function scriptFiles(): Record<string, string> {
    const read = (file: string) => readFileSync(path.join(__dirname, "shift", file), "utf8");
    return Object.fromEntries(FILES.map((file) => [file, read(file).replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n")]));
}

function nodeImage(scope: Scope, { images }: PlatformRecord): string {
    if (images?.node !== undefined) return images.node;
    throw new ProgramError(
        `App "${scope.name}": its rollout is a Job that runs Node, and the platform record names no image for it. ` +
            "Run stacks/platform, or add images.node to the record; or use rolling.",
    );
}
