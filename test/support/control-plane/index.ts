/**
 * A real Kubernetes control plane on loopback: etcd, API server, controllers and scheduler, with kwok in the place of
 * kubelets. Nothing runs in its pods; everything about them is decided by the real thing.
 */
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { freePort } from "#dist/providers/local/postgres/port.js";
import { ApiClient } from "./client.js";
import { type Credentials, makeCredentials, writeKubeconfig } from "./credentials.js";
import { makeNodes, writeStages } from "./nodes.js";
import { controlPlanePrograms, type Programs } from "./programs.js";
import { Servers } from "./servers.js";

export interface ControlPlane {
    readonly client: ApiClient;
    /** Everything it writes is in here. */
    readonly folder: string;
    /** Leaves no process and no file. */
    stop(): Promise<void>;
}

const READY_SECONDS = 120;

export async function startControlPlane(): Promise<ControlPlane> {
    const programs = await controlPlanePrograms();
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-control-plane-"));
    const servers = new Servers(folder);
    let client: ApiClient | undefined;
    const stop = async () => {
        client?.http.close();
        await servers.stop();
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        client = await start(programs, folder, servers);
        return { client, folder, stop };
    } catch (error) {
        await stop();
        throw error;
    }
}

async function start(programs: Programs, folder: string, servers: Servers): Promise<ApiClient> {
    const { client, kubeconfig } = await startServers(programs, folder, servers, await makeCredentials(folder));
    servers.start("kwok", programs.kwok, [
        `--kubeconfig=${kubeconfig}`,
        "--manage-all-nodes",
        `--config=${await writeStages(folder)}`,
    ]);
    await makeNodes(client);
    await servers.until("all nodes are ready", () => nodesAreReady(client), READY_SECONDS);
    return client;
}

const LOOPBACK = "127.0.0.1";

export interface ServerOptions {
    /** Where the API server listens. Default: loopback. */
    readonly address?: string;
    /** More flags. */
    readonly apiServer?: readonly string[];
    readonly controllerManager?: readonly string[];
}

/** A control plane without nodes. */
export async function startServers(
    programs: Omit<Programs, "kwok">,
    folder: string,
    servers: Servers,
    credentials: Credentials,
    options: ServerOptions = {},
): Promise<{ readonly client: ApiClient; readonly kubeconfig: string }> {
    const { address = LOOPBACK, apiServer = [], controllerManager = [] } = options;
    const [etcd, secure] = [`http://127.0.0.1:${await freePort()}`, await freePort()];
    servers.start("etcd", programs.etcd, [
        `--data-dir=${folder}/etcd`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        "--listen-peer-urls=http://127.0.0.1:0",
        "--log-level=error",
        "--unsafe-no-fsync",
    ]);
    servers.start("kube-apiserver", programs.apiServer, [
        `--etcd-servers=${etcd}`,
        `--bind-address=${address}`,
        `--secure-port=${secure}`,
        `--tls-cert-file=${credentials.certFile}`,
        `--tls-private-key-file=${credentials.keyFile}`,
        `--token-auth-file=${credentials.tokenFile}`,
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${credentials.accountKeyFile}`,
        `--service-account-signing-key-file=${credentials.accountKeyFile}`,
        // On loopback it would publish the machine's own address in the Service "kubernetes".
        ...(address === LOOPBACK ? ["--endpoint-reconciler-type=none"] : []),
        "--profiling=false",
        ...apiServer,
    ]);
    const server = `https://${address}:${secure}`;
    const client = new ApiClient(server, credentials.ca, credentials.token);
    await servers.until("the API server is ready", () => isReady(client), READY_SECONDS);
    const kubeconfig = writeKubeconfig(folder, server, credentials);
    const common = [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--secure-port=0", "--kube-api-qps=500"];
    servers.start("kube-controller-manager", programs.controllerManager, [
        ...common,
        "--kube-api-burst=1000",
        `--service-account-private-key-file=${credentials.accountKeyFile}`,
        `--root-ca-file=${credentials.caFile ?? credentials.certFile}`,
        "--horizontal-pod-autoscaler-sync-period=1s",
        // On a busy machine a heartbeat may be late; no test is about nodes that are lost.
        "--node-monitor-grace-period=10m",
        ...controllerManager,
    ]);
    servers.start("kube-scheduler", programs.scheduler, [...common, "--kube-api-burst=1000"]);
    return { client, kubeconfig };
}

async function isReady(client: ApiClient): Promise<boolean> {
    try {
        return (await client.http.request("GET", "/readyz")) === "ok";
    } catch {
        return false;
    }
}

async function nodesAreReady(client: ApiClient): Promise<boolean> {
    const [nodes, accounts] = await Promise.all([
        client.list("v1", "Node"),
        // A sign that the controllers work; pods need the account.
        client.list("v1", "ServiceAccount", "default"),
    ]);
    const ready = nodes.filter((node) =>
        node.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True"),
    );
    return accounts.length > 0 && ready.length === nodes.length;
}
