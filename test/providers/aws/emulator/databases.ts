import {
    CreateDBInstanceCommand,
    CreateDBParameterGroupCommand,
    CreateDBSubnetGroupCommand,
    DescribeDBInstancesCommand,
    DescribeDBParameterGroupsCommand,
    DescribeDBSubnetGroupsCommand,
    ModifyDBParameterGroupCommand,
    RDSClient,
} from "@aws-sdk/client-rds";
import { type Emulated, type Endpoint, type Inputs, must, pascal, physicalName, tagList } from "./emulated.js";

/** RDS. */
export function databases(at: Endpoint): Readonly<Record<string, Emulated>> {
    const rds = new RDSClient(at);
    return {
        "aws:rds/subnetGroup:SubnetGroup": {
            async create(inputs, name) {
                const DBSubnetGroupName = physicalName(inputs, name);
                const DBSubnetGroupDescription = inputs.description ?? "Managed by Pulumi";
                await rds.send(
                    new CreateDBSubnetGroupCommand({
                        DBSubnetGroupName,
                        DBSubnetGroupDescription,
                        SubnetIds: inputs.subnetIds,
                    }),
                );
                return { id: DBSubnetGroupName, name: DBSubnetGroupName };
            },
            async read({ id }) {
                const { DBSubnetGroups } = await rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: id }));
                return { subnetIds: DBSubnetGroups?.[0]?.Subnets?.map(({ SubnetIdentifier }) => SubnetIdentifier) };
            },
        },
        "aws:rds/parameterGroup:ParameterGroup": {
            async create(inputs, name) {
                const DBParameterGroupName = physicalName(inputs, name);
                const { family, description, parameters } = inputs;
                await rds.send(
                    new CreateDBParameterGroupCommand({
                        DBParameterGroupName,
                        DBParameterGroupFamily: family,
                        Description: description,
                    }),
                );
                const Parameters = parameters.map(({ name, value, applyMethod = "immediate" }: Inputs) => ({
                    ParameterName: name,
                    ParameterValue: value,
                    ApplyMethod: applyMethod,
                }));
                await rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }));
                return { id: DBParameterGroupName, name: DBParameterGroupName };
            },
            async read({ id }) {
                const { DBParameterGroups } = await rds.send(
                    new DescribeDBParameterGroupsCommand({ DBParameterGroupName: id }),
                );
                const found = DBParameterGroups?.[0];
                return { family: found?.DBParameterGroupFamily, description: found?.Description };
            },
        },
        "aws:rds/instance:Instance": {
            async create(inputs) {
                const { DBInstance } = await rds.send(new CreateDBInstanceCommand(instance(inputs)));
                return {
                    id: must(DBInstance?.DbiResourceId, "DbiResourceId"),
                    address: must(DBInstance?.Endpoint?.Address, "Endpoint"),
                    resourceId: DBInstance?.DbiResourceId,
                    arn: DBInstance?.DBInstanceArn,
                };
            },
            async read(_, { identifier }) {
                const { DBInstances } = await rds.send(
                    new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
                );
                const found = must(DBInstances?.[0], "DBInstance");
                return {
                    engine: found.Engine,
                    instanceClass: found.DBInstanceClass,
                    allocatedStorage: found.AllocatedStorage,
                    storageType: found.StorageType,
                    storageEncrypted: found.StorageEncrypted,
                    multiAz: found.MultiAZ,
                    publiclyAccessible: found.PubliclyAccessible,
                    backupRetentionPeriod: found.BackupRetentionPeriod,
                    deletionProtection: found.DeletionProtection,
                    iamDatabaseAuthenticationEnabled: found.IAMDatabaseAuthenticationEnabled,
                    dbSubnetGroupName: found.DBSubnetGroup?.DBSubnetGroupName,
                    vpcSecurityGroupIds: found.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
                    dbName: found.DBName,
                    username: found.MasterUsername,
                };
            },
        },
    };
}

/** Inputs that are the provider's own, or that the call has under another name. */
function instance(inputs: Inputs): ConstructorParameters<typeof CreateDBInstanceCommand>[0] {
    const {
        identifier,
        dbName,
        username,
        password,
        parameterGroupName,
        multiAz,
        caCertIdentifier,
        instanceClass,
        iamDatabaseAuthenticationEnabled,
        performanceInsightsEnabled,
        enabledCloudwatchLogsExports,
        performanceInsightsKmsKeyId,
        dbSubnetGroupName,
        applyImmediately: _now,
        skipFinalSnapshot: _final,
        finalSnapshotIdentifier: _name,
        deleteAutomatedBackups: _backups,
        allowMajorVersionUpgrade: _major,
        tags,
        ...rest
    } = inputs;
    return {
        ...(pascal(rest) as object),
        DBInstanceIdentifier: identifier,
        DBInstanceClass: instanceClass,
        DBName: dbName,
        MasterUsername: username,
        MasterUserPassword: password,
        DBParameterGroupName: parameterGroupName,
        DBSubnetGroupName: dbSubnetGroupName,
        MultiAZ: multiAz,
        CACertificateIdentifier: caCertIdentifier,
        EnableIAMDatabaseAuthentication: iamDatabaseAuthenticationEnabled,
        EnablePerformanceInsights: performanceInsightsEnabled,
        PerformanceInsightsKMSKeyId: performanceInsightsKmsKeyId,
        EnableCloudwatchLogsExports: enabledCloudwatchLogsExports,
        Tags: tagList(tags),
    } as ConstructorParameters<typeof CreateDBInstanceCommand>[0];
}
