import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { recordOf } from "./handles.js";
import { podLabels } from "./labels.js";
import { need, type PlatformRecord } from "./record.js";

/** vCPU and GiB of memory by size. */
export const SIZES: Readonly<Record<string, readonly [cpu: number, memoryGiB: number]>> = {
    small: [0.5, 1],
    medium: [2, 8],
    large: [4, 16],
};

/** @returns undefined for a size that is none */
export function sizeProblem(size: string): string | undefined {
    return size in SIZES ? undefined : `size is "${size}"; allowed: ${Object.keys(SIZES).join(", ")}.`;
}

interface Known {
    readonly version: string;
    readonly storageGiB: number;
    readonly size: string;
    readonly highlyAvailable: boolean;
}

type Spec = Readonly<Record<string, unknown>>;

/**
 * The `spec` of a CloudNativePG Cluster.
 *
 * @param store name of the ObjectStore with its backups, when it has one
 */
export function clusterSpec(
    scope: Scope,
    request: DatabaseRequest,
    owner: string,
    store: string | undefined,
): pulumi.Output<Spec> {
    const { version, storageGiB, size, highlyAvailable } = request;
    return pulumi.all([recordOf(scope), version, storageGiB, size, highlyAvailable]).apply(
        ([record, version, storageGiB, size, highlyAvailable]): Spec => ({
            ...specOf(scope, record, { version, storageGiB, size, highlyAvailable }),
            bootstrap: bootstrapOf(scope, request, owner),
            ...(store === undefined ? {} : { plugins: [archiver(store)] }),
            ...sourceOf(request),
        }),
    );
}

function specOf(scope: Scope, record: PlatformRecord, known: Known): Spec {
    const who = `Database "${scope.name}"`;
    const { catalog } = need(record, "cloudnativepg", who);
    const [cpu, memoryGiB] = SIZES[known.size] ?? [];
    if (cpu === undefined || memoryGiB === undefined) throw new ProgramError(`${who}: ${sizeProblem(known.size)}`);
    const production = scope.profile === "production";
    const storageClass = record.storageClass === undefined ? {} : { storageClass: record.storageClass };
    return {
        instances: known.highlyAvailable ? 3 : 1,
        imageCatalogRef: {
            apiGroup: "postgresql.cnpg.io",
            kind: "ClusterImageCatalog",
            name: catalog,
            major: Number(known.version),
        },
        storage: { size: `${known.storageGiB}Gi`, resizeInUseVolumes: true, ...storageClass },
        ...(production
            ? { walStorage: { size: `${Math.max(1, Math.ceil(known.storageGiB / 4))}Gi`, ...storageClass } }
            : {}),
        resources: {
            limits: { cpu: `${cpu * 1000}m`, memory: `${memoryGiB}Gi` },
            requests: { cpu: `${production ? cpu * 1000 : cpu * 250}m`, memory: `${memoryGiB}Gi` },
        },
        certificates: { serverTLSSecret: `${scope.name}-server`, serverCASecret: `${scope.name}-server` },
        enableSuperuserAccess: false,
        // One instance with a budget would block every drain of its node.
        enablePDB: known.highlyAvailable,
        primaryUpdateMethod: "switchover",
        affinity: {
            enablePodAntiAffinity: true,
            podAntiAffinityType: production ? "required" : "preferred",
            topologyKey: "kubernetes.io/hostname",
        },
        postgresql: {
            parameters: { shared_buffers: `${memoryGiB * 256}MB`, max_connections: String(100 + memoryGiB * 25) },
            pg_hba: ["hostnossl all all all reject"],
            ...(known.highlyAvailable
                ? { synchronous: { method: "any", number: 1, dataDurability: "preferred" } }
                : {}),
        },
        inheritedMetadata: { labels: podLabels(scope, "database") },
    };
}

const PLUGIN = "barman-cloud.cloudnative-pg.io";

function archiver(store: string): object {
    return { name: PLUGIN, isWALArchiver: true, parameters: { barmanObjectName: store } };
}

/** Counts when the cluster is made, and never again. */
function bootstrapOf(scope: Scope, { restoreFrom }: DatabaseRequest, owner: string): object {
    const login = { database: owner, owner, secret: { name: `${scope.name}-app` } };
    if (restoreFrom === undefined) return { initdb: { ...login, dataChecksums: true, encoding: "UTF8" } };
    if ("snapshot" in restoreFrom) {
        const storage = { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: restoreFrom.snapshot };
        return { recovery: { ...login, volumeSnapshots: { storage } } };
    }
    const { database, pointInTime } = restoreFrom;
    return {
        recovery: {
            ...login,
            source: database,
            ...(pointInTime === undefined ? {} : { recoveryTarget: { targetTime: pointInTime } }),
        },
    };
}

function sourceOf({ restoreFrom }: DatabaseRequest): object {
    if (restoreFrom === undefined || !("database" in restoreFrom)) return {};
    const { database } = restoreFrom;
    const parameters = { barmanObjectName: `${database}-backup`, serverName: database };
    return { externalClusters: [{ name: database, plugin: { name: PLUGIN, parameters } }] };
}
