import { SecurityGroup, type SecurityGroupArgs } from "@pulumi/aws/ec2";
import { type Role, RolePolicyAttachment, type RolePolicyAttachmentArgs } from "@pulumi/aws/iam";
import {
    Instance,
    type InstanceArgs,
    ParameterGroup,
    type ParameterGroupArgs,
    SubnetGroup,
    type SubnetGroupArgs,
} from "@pulumi/aws/rds";
import { Secret, type SecretArgs, SecretVersion, type SecretVersionArgs } from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import { RandomId, type RandomIdArgs, RandomPassword, type RandomPasswordArgs } from "@pulumi/random";
import type { Builder, Scope } from "../contract.js";
import { mapped } from "../mapped.js";
import { APP, instanceInputs, LOGS, ONCE, PORT } from "./database-instance.js";
import { identifierPrefix } from "./database-size.js";
import { ground } from "./handles.js";
import { logGroupInputs, makeLogGroup } from "./log-group.js";
import { makeRole } from "./role.js";
import { tagsOf } from "./tags.js";

/** A PostgreSQL of RDS in the private subnets. Its security group has no rule: each app that binds it adds one. */
export const database: Builder<"Database"> = (scope, request) => {
    const identifier = identifierOf(scope);
    const password = scope.child(
        "password",
        // Letters and digits: safe in a URL, and RDS forbids some of the rest.
        { length: 32, special: false },
        (name, args: RandomPasswordArgs, opts) => new RandomPassword(name, args, opts),
    );
    const securityGroup = scope.child(
        "sg",
        { description: `Database ${scope.name}`, vpcId: ground(scope, "vpcId"), tags: tagsOf(scope) },
        (name, args: SecurityGroupArgs, opts) => new SecurityGroup(name, args, opts),
    );
    const subnets = scope.child(
        "subnets",
        { subnetIds: ground(scope, "privateSubnetIds").apply((ids) => [...ids]), tags: tagsOf(scope) },
        (name, args: SubnetGroupArgs, opts) => new SubnetGroup(name, args, opts),
    );
    const parameters = makeParameters(scope, request.version);
    const monitoring = scope.profile === "production" ? makeMonitoring(scope) : undefined;
    const instance = scope.child(
        "instance",
        instanceInputs(scope, request, {
            identifier,
            password: password.result,
            subnetGroup: subnets.name,
            securityGroup: securityGroup.id,
            parameterGroup: parameters.name,
            ...(monitoring === undefined ? {} : { monitoringRole: monitoring.role.arn }),
        }),
        (name, args: InstanceArgs, opts) => new Instance(name, args, opts),
        {
            dependsOn: [...makeLogGroups(scope, identifier), ...(monitoring === undefined ? [] : [monitoring.allowed])],
            ignoreChanges: ONCE,
            protect: request.deletionProtection,
            customTimeouts: { create: "60m", update: "80m", delete: "60m" },
        },
    );
    const url = pulumi.secret(
        pulumi.interpolate`postgresql://${APP}:${password.result}@${instance.address}:${PORT}/${APP}?sslmode=require`,
    );
    const { secret, version } = makeSecret(scope, { url, host: instance.address, password: password.result });
    return {
        outputs: {
            host: instance.address,
            port: pulumi.output(PORT),
            name: pulumi.output(APP),
            username: pulumi.output(APP),
            url,
        },
        handle: {
            region: ground(scope, "region"),
            keyArn: ground(scope, "keyArn"),
            secretArn: secret.arn,
            secretVersionId: version.versionId,
            urlKey: "url",
            securityGroupId: securityGroup.id,
            port: PORT,
            resourceId: instance.resourceId,
            vpcId: ground(scope, "vpcId"),
        },
    };
};

/** Fixed, since log groups are named after it; random at the end, since a deleted one keeps its name for a while. */
function identifierOf(scope: Scope): pulumi.Output<string> {
    const id = scope.child("id", { byteLength: 4 }, (name, args: RandomIdArgs, opts) => new RandomId(name, args, opts));
    return pulumi.interpolate`${identifierPrefix(scope.project, scope.stack, scope.name)}-${id.hex}`;
}

function makeParameters(scope: Scope, version: pulumi.Input<string>): ParameterGroup {
    return scope.child(
        "parameters",
        {
            description: `Database ${scope.name}`,
            family: mapped(version, (major) => `postgres${major}`),
            parameters: [
                // Its default; said at once, AWS and the provider would differ about it for ever.
                { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
                { name: "log_min_duration_statement", value: "1000" },
                { name: "log_statement", value: "ddl" },
            ],
            tags: tagsOf(scope),
        },
        (name, args: ParameterGroupArgs, opts) => new ParameterGroup(name, args, opts),
    );
}

/** Before the instance: RDS would make them itself, and keep lines for ever. */
function makeLogGroups(scope: Scope, identifier: pulumi.Output<string>): readonly pulumi.Resource[] {
    const days = scope.profile === "production" ? 365 : 14;
    return LOGS.map((kind) => {
        const name = pulumi.interpolate`/aws/rds/instance/${identifier}/${kind}`;
        return scope.child("log", { ...logGroupInputs(scope, days), name }, makeLogGroup, {}, kind);
    });
}

function makeMonitoring(scope: Scope): { readonly role: Role; readonly allowed: RolePolicyAttachment } {
    const role = makeRole(scope, "monitoring", "monitoring.rds.amazonaws.com");
    const policyArn = pulumi.interpolate`arn:${ground(scope, "partition")}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`;
    const allowed = scope.child(
        "monitoring-policy",
        { role: role.name, policyArn },
        (name, args: RolePolicyAttachmentArgs, opts) => new RolePolicyAttachment(name, args, opts),
    );
    return { role, allowed };
}

function makeSecret(
    scope: Scope,
    { url, host, password }: { readonly [part in "url" | "host" | "password"]: pulumi.Output<string> },
): { readonly secret: Secret; readonly version: SecretVersion } {
    const secret = scope.child(
        "url",
        {
            description: `How to reach database ${scope.name}`,
            recoveryWindowInDays: scope.profile === "production" ? 30 : 0,
            kmsKeyId: ground(scope, "keyArn"),
            tags: tagsOf(scope),
        },
        (name, args: SecretArgs, opts) => new Secret(name, args, opts),
    );
    const version = scope.child(
        "url-version",
        {
            secretId: secret.id,
            secretString: pulumi.secret(
                pulumi.jsonStringify({ url, host, port: PORT, username: APP, password, database: APP }),
            ),
        },
        (name, args: SecretVersionArgs, opts) => new SecretVersion(name, args, opts),
        // A task definition that is rolled back to still names the old one.
        { retainOnDelete: true },
    );
    return { secret, version };
}
