import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { ground, recordOf } from "./handles.js";
import { objectLabels } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";

/** The contract's default, which in development means that nobody asked. */
const UNASKED_DAYS = 7;
/** Every night at three; six fields, seconds first. */
const NIGHTLY = "0 0 3 * * *";

/** Backups need a store, which a development cluster need not have: there they are made when they are asked for. */
export function wantsBackups({ profile }: Scope, { backupRetentionDays }: DatabaseRequest): boolean {
    return profile === "production" || backupRetentionDays !== UNASKED_DAYS;
}

export interface Backup {
    /** Name of the ObjectStore. */
    readonly store: string;
    readonly resource: pulumi.Resource;
    /** Makes the nightly backups, once there is a cluster. */
    schedule(cluster: pulumi.Resource): void;
}

export function backupOf(scope: Scope, request: DatabaseRequest): Backup {
    const namespace = ground(scope, "namespace");
    const labels = objectLabels(scope, "database");
    const store = `${scope.name}-backup`;
    const settings = pulumi.all([recordOf(scope), request.backupRetentionDays]).apply(([{ backup }, days]) => {
        if (backup !== undefined) return { ...backup, days };
        throw new ProgramError(
            `Database "${scope.name}" asks for ${days} days of backups; the platform record names no backup store. ` +
                "Add backup to the record.",
        );
    });
    const resource = scope.child(
        "store",
        {
            apiVersion: "barmancloud.cnpg.io/v1",
            kind: "ObjectStore",
            metadata: { name: store, namespace, labels },
            spec: settings.apply(({ configuration, days }) => ({ configuration, retentionPolicy: `${days}d` })),
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
    );
    return {
        store,
        resource,
        schedule: (cluster) => {
            scope.child(
                "backup",
                {
                    apiVersion: "postgresql.cnpg.io/v1",
                    kind: "ScheduledBackup",
                    metadata: { name: store, namespace, labels },
                    spec: {
                        schedule: settings.apply(({ schedule }) => schedule ?? NIGHTLY),
                        cluster: { name: scope.name },
                        method: "plugin",
                        pluginConfiguration: { name: "barman-cloud.cloudnative-pg.io" },
                        immediate: true,
                        backupOwnerReference: "cluster",
                    },
                },
                (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
                { dependsOn: cluster },
            );
        },
    };
}
