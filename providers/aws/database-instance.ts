import type { InstanceArgs } from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { mapped } from "../mapped.js";
import { allocatedGiB, growsToGiB, instanceClass, sizeProblem } from "./database-size.js";
import { ground } from "./handles.js";
import { tagsOf } from "./tags.js";

export const PORT = 5432;
/** Name of the database and of its login, as in a URL. */
export const APP = "app";
/** What goes to CloudWatch Logs. */
export const LOGS = ["postgresql", "upgrade"] as const;

/** What an instance stands on. */
export interface Ground {
    readonly identifier: pulumi.Output<string>;
    readonly password: pulumi.Output<string>;
    readonly subnetGroup: pulumi.Output<string>;
    readonly securityGroup: pulumi.Output<string>;
    readonly parameterGroup: pulumi.Output<string>;
    /** For metrics of the operating system; in production. */
    readonly monitoringRole?: pulumi.Output<string>;
}

export function instanceInputs(scope: Scope, request: DatabaseRequest, on: Ground): InstanceArgs {
    const production = scope.profile === "production";
    const keyArn = ground(scope, "keyArn");
    return {
        identifier: on.identifier,
        engine: request.engine,
        // Only the major version; the minor one follows by itself.
        engineVersion: request.version,
        autoMinorVersionUpgrade: true,
        allowMajorVersionUpgrade: scope.options.allowMajorUpgrade === true,
        engineLifecycleSupport: "open-source-rds-extended-support-disabled",
        instanceClass: mapped(request.size, (size) => classOf(scope, size)),
        allocatedStorage: mapped(request.storageGiB, allocatedGiB),
        maxAllocatedStorage: mapped(request.storageGiB, (size) => growsToGiB(size, production ? 5 : 2)),
        storageType: "gp3",
        storageEncrypted: true,
        kmsKeyId: keyArn,
        dbName: APP,
        username: APP,
        password: on.password,
        port: PORT,
        dbSubnetGroupName: on.subnetGroup,
        vpcSecurityGroupIds: [on.securityGroup],
        publiclyAccessible: false,
        parameterGroupName: on.parameterGroup,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        iamDatabaseAuthenticationEnabled: true,
        multiAz: request.highlyAvailable,
        backupRetentionPeriod: request.backupRetentionDays,
        deleteAutomatedBackups: !production,
        copyTagsToSnapshot: true,
        deletionProtection: request.deletionProtection,
        skipFinalSnapshot: !production,
        ...(production ? { finalSnapshotIdentifier: pulumi.interpolate`${on.identifier}-final` } : {}),
        applyImmediately: !production,
        performanceInsightsEnabled: true,
        performanceInsightsRetentionPeriod: 7,
        performanceInsightsKmsKeyId: keyArn,
        databaseInsightsMode: "standard",
        enabledCloudwatchLogsExports: [...LOGS],
        ...(on.monitoringRole === undefined ? {} : { monitoringInterval: 60, monitoringRoleArn: on.monitoringRole }),
        ...restoreInputs(request.restoreFrom),
        tags: tagsOf(scope),
    };
}

function classOf(scope: Scope, size: string): string {
    const found = instanceClass(size);
    if (found !== undefined) return found;
    throw new ProgramError(`Database "${scope.name}": ${sizeProblem(size)}`);
}

function restoreInputs(from: DatabaseRequest["restoreFrom"]): Partial<InstanceArgs> {
    if (from === undefined) return {};
    if ("snapshot" in from) return { snapshotIdentifier: from.snapshot };
    const when = from.pointInTime === undefined ? { useLatestRestorableTime: true } : { restoreTime: from.pointInTime };
    return { restoreToPointInTime: { sourceDbInstanceIdentifier: from.database, ...when } };
}

/** These count when a database is made. Taken back or changed later, they would delete it with its data. */
export const ONCE = ["snapshotIdentifier", "restoreToPointInTime", "username", "dbName"];
