import { types } from "../../judges.js";
import { asked, intentOf, isLocal } from "../../kinds/intent/intent.js";
import type { Resource, Stack } from "../../resource.js";
import { type Finding, resourceRule, stackRule } from "../../rule.js";
import { about, ofType } from "../../stack.js";
import { at, type Fields, flag, isKnown, isOpaque, number, record, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, type Verdict } from "../../verdict.js";

function kept(days: unknown, what: string, least: number, absent: number): Verdict {
    return judge(number(days ?? absent), what, (known) =>
        known >= least ? pass : fail(`${what} is ${known}`, `${least} or more`),
    );
}

/** A standby that copies another one is as safe as that one. */
const isReplica = (props: Fields) => isKnown(text(at(props, "replicateSourceDb")));

export const requireBackups = resourceRule(
    {
        name: "require-backups",
        factor: 4,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "A database is backed up by itself, so that a replaced resource is a resource and not a loss.",
        mend: {
            intent: "Set backupRetentionDays.",
            aws: "Set backupRetentionPeriod to the days that backups are kept.",
            azure: "Set backup.backupRetentionDays.",
            kubernetes: "Give the Cluster a backup or a backup plugin, and a ScheduledBackup.",
        },
        options: {
            days: {
                type: "integer",
                description: "Days that backups are kept.",
                default: { development: 1, production: 7 },
                minimum: 1,
            },
        },
    },
    {
        intent: types({
            "twelvefold:index:Database": (_, { options }, resource) => {
                const intent = intentOf(resource, "Database") ?? {};
                return isLocal(intent)
                    ? outside("the local target keeps no backups")
                    : kept(asked(intent, "backupRetentionDays"), "backupRetentionDays", options.days, 0);
            },
        }),
        aws: types({
            // AWS keeps one day where nothing is said for a cluster, none for an instance made over the API.
            "aws:rds:Instance": (props, { options }) =>
                isReplica(props)
                    ? outside("a replica is backed up by what it copies")
                    : kept(at(props, "backupRetentionPeriod"), "backupRetentionPeriod", options.days, 0),
            "aws:rds:Cluster": (props, { options }) =>
                kept(at(props, "backupRetentionPeriod"), "backupRetentionPeriod", options.days, 1),
            "aws:docdb:Cluster": (props, { options }) =>
                kept(at(props, "backupRetentionPeriod"), "backupRetentionPeriod", options.days, 1),
        }),
        azure: types({
            "azure-native:dbforpostgresql:Server": (props, { options }) =>
                kept(at(props, "backup", "backupRetentionDays"), "backup.backupRetentionDays", options.days, 7),
            "azure-native:dbformysql:Server": (props, { options }) =>
                kept(at(props, "backup", "backupRetentionDays"), "backup.backupRetentionDays", options.days, 7),
        }),
        kubernetes: types({
            "kubernetes:postgresql.cnpg.io:Cluster": (props) => {
                const parts = [record(at(props, "spec", "backup")), at(props, "spec", "plugins")];
                const hidden = parts.find(isOpaque);
                if (hidden !== undefined) return opaque(hidden, "spec.backup");
                const plugins = Array.isArray(parts[1]) && parts[1].length > 0;
                return parts[0] !== undefined || plugins
                    ? pass
                    : fail("the Cluster has no backup", "spec.backup or a backup plugin");
            },
        }),
    },
);

function protectedBy(props: Fields, field: string, resource: Resource): Verdict {
    const value = flag(at(props, field));
    if (isOpaque(value)) return opaque(value, field);
    if (value === true) return pass;
    return fail(
        resource.protect ? `${field} is off, and only Pulumi refuses to delete it` : `${field} is off`,
        `${field}: true`,
    );
}

export const requireDeletionProtection = resourceRule(
    {
        name: "require-deletion-protection",
        factor: 4,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description: "A database is deleted on purpose only: the cloud itself refuses, whatever a program says.",
        mend: {
            intent: "Set deletionProtection: true.",
            aws: "Set deletionProtection: true.",
            kubernetes: "Make it with the option protect: true; the cluster itself has no such switch.",
        },
    },
    {
        intent: types({
            "twelvefold:index:Database": (_, __, resource) => {
                const intent = intentOf(resource, "Database") ?? {};
                return protectedBy(
                    { deletionProtection: asked(intent, "deletionProtection") },
                    "deletionProtection",
                    resource,
                );
            },
        }),
        aws: types({
            "aws:rds:Instance": (props, _, resource) => {
                const member = text(at(props, "clusterIdentifier"));
                return isKnown(member)
                    ? outside("its cluster decides")
                    : protectedBy(props, "deletionProtection", resource);
            },
            "aws:rds:Cluster": (props, _, resource) => protectedBy(props, "deletionProtection", resource),
            "aws:docdb:Cluster": (props, _, resource) => protectedBy(props, "deletionProtection", resource),
        }),
        kubernetes: types({
            "kubernetes:postgresql.cnpg.io:Cluster": (_, __, resource) =>
                resource.protect ? pass : fail("nothing keeps Pulumi from deleting the Cluster", "protect: true"),
        }),
    },
);

const SERVERS = ["azure-native:dbforpostgresql:Server", "azure-native:dbformysql:Server", "azure-native:sql:Server"];
const LOCKS = ["ManagementLockByScope", "ManagementLockAtResourceLevel", "ManagementLockAtResourceGroupLevel"].map(
    (name) => `azure-native:authorization:${name}`,
);

export const requireDatabaseLock = stackRule(
    {
        name: "require-database-lock",
        factor: 4,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description:
            "Azure's database servers have no deletion protection of their own: a management lock guards them.",
        mend: "Add an authorization.ManagementLockByScope with level CanNotDelete for the server.",
    },
    { azure: locked },
);

function locked(stack: Stack): readonly Finding[] {
    const locks = ofType(stack, ...LOCKS);
    return ofType(stack, ...SERVERS).map((server) => {
        const guards = locks.filter((lock) => guardsIt(lock, server));
        if (guards.length === 0)
            return about(server, fail(`no lock guards ${server.name}`, "a management lock for it"));
        const levels = guards.map((lock) => text(at(lock.props, "level")));
        if (levels.some((level) => isKnown(level) && /^(?:CanNotDelete|ReadOnly)$/i.test(level)))
            return about(server, pass);
        const hidden = levels.find(isOpaque);
        return about(
            server,
            hidden === undefined
                ? fail(`the lock of ${server.name} has the level ${String(levels[0])}`, "CanNotDelete")
                : opaque(hidden, `the level of the lock of ${server.name}`),
        );
    });
}

/** By its scope where that is known, else by what it depends on. */
function guardsIt(lock: Resource, server: Resource): boolean {
    if (lock.dependencies.includes(server.urn)) return true;
    const scope = text(at(lock.props, "scope"));
    const id = text(at(server.props, "id"));
    return isKnown(scope) && isKnown(id) && id.toLowerCase().startsWith(scope.toLowerCase());
}
