import { output } from "@pulumi/pulumi";
import { Database } from "twelvefold";
import { describe, expect, test } from "vitest";
import { json, KEY_ARN, made, run } from "./data-programs.js";

const LEAST = [
    "Instance db-instance",
    "LogGroup db-log-postgresql",
    "LogGroup db-log-upgrade",
    "ParameterGroup db-parameters",
    "RandomId db-id",
    "RandomPassword db-password",
    "Secret db-url",
    "SecretVersion db-url-version",
    "SecurityGroup db-sg",
    "SubnetGroup db-subnets",
];
const IDENTIFIER = "test-dev-db-01234567";
const HOST = `${IDENTIFIER}.rds.amazonaws.com`;
const URL = `postgresql://app:password-of-32-letters@${HOST}:5432/app?sslmode=require`;

/** What holds in every profile. */
const ALWAYS = {
    allowMajorVersionUpgrade: false,
    autoMinorVersionUpgrade: true,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    copyTagsToSnapshot: true,
    databaseInsightsMode: "standard",
    dbName: "app",
    dbSubnetGroupName: "db-subnets-0123456",
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    engine: "postgres",
    engineLifecycleSupport: "open-source-rds-extended-support-disabled",
    iamDatabaseAuthenticationEnabled: true,
    identifier: IDENTIFIER,
    parameterGroupName: "db-parameters-0123456",
    password: "password-of-32-letters",
    performanceInsightsEnabled: true,
    performanceInsightsRetentionPeriod: 7,
    port: 5432,
    publiclyAccessible: false,
    storageEncrypted: true,
    storageType: "gp3",
    tags: { "twelvefold:component": "db", "twelvefold:stack": "test/dev" },
    username: "app",
    vpcSecurityGroupIds: ["db-sg-id"],
};

describe("the instance", () => {
    test("development: small, and gone without a trace", async () => {
        const recording = await run((on) => new Database("db", on));
        expect(made(recording)).toEqual(LEAST);
        const instance = recording.child("db", "instance");
        expect(instance.inputs).toEqual({
            ...ALWAYS,
            allocatedStorage: 20,
            applyImmediately: true,
            backupRetentionPeriod: 7,
            deleteAutomatedBackups: true,
            deletionProtection: false,
            engineVersion: "17",
            instanceClass: "db.t4g.micro",
            maxAllocatedStorage: 40,
            multiAz: false,
            skipFinalSnapshot: true,
        });
        expect(instance.protect).toBe(false);
    });

    test("production: a standby, a key, metrics, and three locks on its deletion", async () => {
        const recording = await run((on) => new Database("db", on), { profile: "production" });
        expect(made(recording)).toEqual(
            [...LEAST, "Role db-monitoring", "RolePolicyAttachment db-monitoring-policy"].sort(),
        );
        const instance = recording.child("db", "instance");
        expect(instance.inputs).toEqual({
            ...ALWAYS,
            allocatedStorage: 20,
            applyImmediately: false,
            backupRetentionPeriod: 14,
            deleteAutomatedBackups: false,
            deletionProtection: true,
            engineVersion: "17",
            finalSnapshotIdentifier: `${IDENTIFIER}-final`,
            instanceClass: "db.m7g.large",
            kmsKeyId: KEY_ARN,
            maxAllocatedStorage: 100,
            monitoringInterval: 60,
            monitoringRoleArn: "arn:aws:iam:eu-central-1:123456789012:db-monitoring-0123456",
            multiAz: true,
            performanceInsightsKmsKeyId: KEY_ARN,
            skipFinalSnapshot: false,
        });
        expect(instance.protect).toBe(true);
    });

    test("everything that can be asked for", async () => {
        const recording = await run(
            (on) =>
                new Database("db", {
                    ...on,
                    version: "18",
                    storageGiB: 500,
                    size: "db.r7g.large",
                    highlyAvailable: true,
                    backupRetentionDays: 35,
                    deletionProtection: true,
                    restoreFrom: { database: "shop-prod-db-89abcdef", pointInTime: "2026-01-31T12:00:00Z" },
                    aws: { allowMajorUpgrade: true },
                }),
        );
        expect(made(recording)).toEqual(LEAST);
        expect(recording.child("db", "instance").inputs).toMatchObject({
            engineVersion: "18",
            allocatedStorage: 500,
            maxAllocatedStorage: 1000,
            instanceClass: "db.r7g.large",
            multiAz: true,
            backupRetentionPeriod: 35,
            deletionProtection: true,
            allowMajorVersionUpgrade: true,
            restoreToPointInTime: {
                sourceDbInstanceIdentifier: "shop-prod-db-89abcdef",
                restoreTime: "2026-01-31T12:00:00Z",
            },
        });
        expect(recording.child("db", "parameters").inputs.family).toBe("postgres18");
    });

    test.each([
        [{ snapshot: "before" }, { snapshotIdentifier: "before" }],
        [
            { database: "other" },
            { restoreToPointInTime: { sourceDbInstanceIdentifier: "other", useLatestRestorableTime: true } },
        ],
    ])("starts from %j", async (restoreFrom, inputs) => {
        const recording = await run((on) => new Database("db", { ...on, restoreFrom }));
        expect(recording.child("db", "instance").inputs).toMatchObject(inputs);
    });

    test("what would delete the data when it is taken back later is ignored from then on", async () => {
        const recording = await run((on) => new Database("db", on));
        expect(recording.child("db", "instance").ignoreChanges).toEqual([
            "snapshotIdentifier",
            "restoreToPointInTime",
            "username",
            "dbName",
        ]);
    });

    test("its logs have a group with an end before RDS makes one without", async () => {
        const recording = await run((on) => new Database("db", on), { profile: "production" });
        expect(recording.child("db", "log-postgresql").inputs).toMatchObject({
            name: `/aws/rds/instance/${IDENTIFIER}/postgresql`,
            retentionInDays: 365,
        });
        expect(recording.child("db", "instance").dependsOn).toEqual(
            expect.arrayContaining(["db-log-postgresql", "db-log-upgrade", "db-monitoring-policy"]),
        );
    });
});

describe("its URL", () => {
    test("is a secret everywhere, and outlives a release that is rolled back", async () => {
        const recording = await run((on) => new Database("db", on));
        const version = recording.child("db", "url-version");
        expect(version.secretInputs).toEqual(["secretString"]);
        expect(version.retainOnDelete).toBe(true);
        expect(json(recording, "db", "url-version", "secretString")).toEqual({
            url: URL,
            host: HOST,
            port: 5432,
            username: "app",
            password: "password-of-32-letters",
            database: "app",
        });
        expect(recording.child("db", "instance").secretInputs).toEqual(["password"]);
    });

    test("is not in the handle", async () => {
        const { value } = await run((on) => new Database("db", on));
        const handle = await new Promise((resolve) => value.handle.apply(resolve));
        expect(handle).toEqual({
            target: "aws",
            kind: "Database",
            key: "test/dev/db",
            region: "eu-central-1",
            vpcId: "vpc-1",
            secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:db-url-0123456",
            secretVersionId: "version-1",
            urlKey: "url",
            securityGroupId: "db-sg-id",
            port: 5432,
            resourceId: "db-RESOURCE",
        });
    });

    test("and the other outputs", async () => {
        const { value } = await run((on) => new Database("db", on));
        const outputs = output([value.host, value.port, value.name, value.username, value.url]);
        expect(await new Promise((resolve) => outputs.apply(resolve))).toEqual([HOST, 5432, "app", "app", URL]);
    });
});

test("nobody is let in until an app binds it", async () => {
    const recording = await run((on) => new Database("db", on));
    expect(recording.child("db", "sg").inputs).toEqual({
        description: "Database db",
        tags: { "twelvefold:component": "db", "twelvefold:stack": "test/dev" },
        vpcId: "vpc-1",
    });
    expect(recording.resources.filter(({ type }) => type.includes("GroupIngressRule"))).toEqual([]);
    expect(recording.child("db", "subnets").inputs.subnetIds).toEqual(["subnet-private-0", "subnet-private-1"]);
});

test("a size that RDS does not have is refused", async () => {
    await expect(run((on) => new Database("db", { ...on, size: "huge" }))).rejects.toThrow(
        'size is "huge"; allowed on aws: small, medium, large, or a class of RDS such as "db.r7g.large".',
    );
});
