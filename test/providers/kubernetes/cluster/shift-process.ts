/** Runs the Job of a shift as its pod would: the files of its ConfigMap, its environment, its account and nothing else. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";

export interface Ended {
    readonly code: number | null;
    readonly output: string;
}

export interface ShiftProcess {
    readonly ended: Promise<Ended>;
    /** As the kubelet does when the Job is over its deadline. */
    terminate(): void;
}

export async function startShift(plane: ControlPlane, objects: readonly ApiObject[]): Promise<ShiftProcess> {
    const job = one(objects, "Job");
    const namespace = job.metadata.namespace ?? "";
    const folder = path.join(plane.folder, job.metadata.name);
    mkdirSync(folder, { recursive: true });
    const files = one(objects, "ConfigMap").data as Readonly<Record<string, string>>;
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    const certificate = readdirSync(plane.folder).find((file) => file.endsWith(".crt")) ?? "";
    copyFileSync(path.join(plane.folder, certificate), path.join(folder, "ca.crt"));
    const account = job.spec?.template?.spec.serviceAccountName;
    writeFileSync(path.join(folder, "token"), await tokenOf(plane, namespace, String(account)));
    const server = new URL(plane.client.http.server);
    const [container] = job.spec?.template?.spec.containers ?? [];
    const env = (container?.env ?? []) as readonly { readonly name: string; readonly value: string }[];
    const child = spawn(process.execPath, [path.join(folder, "main.js")], {
        env: {
            ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
            KUBERNETES_SERVICE_HOST: server.hostname,
            KUBERNETES_SERVICE_PORT: server.port,
            SHIFT_ACCOUNT: folder,
        },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => {
            output += chunk;
        });
    }
    const ended = new Promise<Ended>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve({ code, output }));
    });
    return { ended, terminate: () => void child.kill("SIGTERM") };
}

/** A token of a ServiceAccount, as the kubelet gets it for a pod. */
export async function tokenOf({ client }: ControlPlane, namespace: string, account: string): Promise<string> {
    const answer = (await client.http.request(
        "POST",
        `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
        { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } },
    )) as { readonly status: { readonly token: string } };
    return answer.status.token;
}

/** The object of a kind that belongs to the shift. */
export function one(objects: readonly ApiObject[], kind: string): ApiObject {
    const found = objects.filter((object) => object.kind === kind && object.metadata.name.includes("-shift"));
    if (found.length !== 1 || found[0] === undefined)
        throw new Error(`There are ${found.length} of ${kind} for the shift.`);
    return found[0];
}

export interface Prometheus {
    readonly address: string;
    /** What every query is answered with. */
    value: string;
    readonly queries: Set<string>;
    close(): void;
}

/** Answers as Prometheus does. */
export async function fakePrometheus(): Promise<Prometheus> {
    const queries = new Set<string>();
    const prometheus = { value: "0", queries, address: "", close: () => void server.close() };
    const server = createServer((request, response) => {
        queries.add(new URL(request.url ?? "", "http://localhost").searchParams.get("query") ?? "");
        const result = [{ metric: {}, value: [0, prometheus.value] }];
        response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    prometheus.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return prometheus;
}
