import type { Role } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { isDefined } from "./defined.js";
import { ground } from "./handles.js";
import { allow, makeRole, type RoleWithPolicy, roleFor, type Statement } from "./role.js";
import type { SecretReference } from "./secret-reference.js";

const TASKS = "ecs-tasks.amazonaws.com";

export interface Fetched {
    /** ARN of the repository of the image; undefined where it is not in ECR. */
    readonly repositoryArn: pulumi.Output<string | undefined>;
    readonly logGroupArn: pulumi.Output<string>;
    readonly secrets: readonly SecretReference[];
}

/** What ECS itself needs to start a task: its image, its secrets, and a place for its lines. */
export function makeExecutionRole(scope: Scope, { repositoryArn, logGroupArn, secrets }: Fetched): RoleWithPolicy {
    const statements = pulumi
        .all([
            repositoryArn,
            logGroupArn,
            secrets.map(({ secretArn }) => secretArn),
            secrets.map(({ keyArn }) => keyArn),
            ground(scope, "region"),
        ])
        .apply(([repository, group, secretArns, keyArns, region]) => [
            ...pull(repository),
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], `${group}:*`),
            ...read(unique(secretArns), unique(keyArns.filter(isDefined)), region),
        ]);
    return roleFor(scope, "execution", TASKS, statements);
}

function pull(repository: string | undefined): readonly Statement[] {
    if (repository === undefined) return [];
    const layers = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"];
    // A token is for the registry as a whole; there is nothing narrower.
    return [allow(["ecr:GetAuthorizationToken"], "*"), allow(layers, repository)];
}

function read(secrets: readonly string[], keys: readonly string[], region: string): readonly Statement[] {
    if (secrets.length === 0) return [];
    const via = { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } };
    return [
        allow(["secretsmanager:GetSecretValue"], secrets),
        ...(keys.length === 0 ? [] : [allow(["kms:Decrypt"], keys, via)]),
    ];
}

function unique(texts: readonly string[]): readonly string[] {
    return [...new Set(texts)].sort();
}

/** What the app itself may do: what its bindings grant, and otherwise nothing. */
export function makeTaskRole(
    scope: Scope,
    statements: pulumi.Output<readonly Statement[]> | undefined,
): { readonly role: Role; readonly policy?: pulumi.Resource } {
    if (statements === undefined) return { role: makeRole(scope, "task-role", TASKS) };
    return roleFor(scope, "task", TASKS, statements);
}
