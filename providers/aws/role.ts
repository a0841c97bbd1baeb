import { Role, type RoleArgs, RolePolicy, type RolePolicyArgs } from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ground } from "./handles.js";
import { settingsOf } from "./settings.js";
import { tagsOf } from "./tags.js";

/** One rule of a policy that allows. */
export interface Statement {
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A statement, without conditions unless given. */
export function allow(
    Action: readonly string[],
    Resource: string | readonly string[],
    Condition?: Statement["Condition"],
): Statement {
    return { Effect: "Allow", Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/** A role, and what it may do; what assumes it waits for both. */
export interface RoleWithPolicy {
    readonly role: Role;
    readonly policy: RolePolicy;
}

/** A role that one service of AWS assumes, for this account only. */
export function makeRole(
    scope: Scope,
    key: string,
    service: string,
    accountId: pulumi.Output<string> = ground(scope, "accountId"),
): Role {
    const { permissionsBoundary } = settingsOf(scope);
    return scope.child(
        key,
        {
            assumeRolePolicy: documentOf(accountId, (account) => [
                {
                    Effect: "Allow",
                    Principal: { Service: service },
                    Action: "sts:AssumeRole",
                    // Else anybody's service could be told to use it.
                    Condition: { StringEquals: { "aws:SourceAccount": account } },
                },
            ]),
            ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
            tags: tagsOf(scope),
        },
        (name, args: RoleArgs, opts) => new Role(name, args, opts),
    );
}

/** A role under `<key>-role`, with its policy under `<key>-policy`. */
export function roleFor(
    scope: Scope,
    key: string,
    service: string,
    statements: pulumi.Output<readonly Statement[]>,
    accountId?: pulumi.Output<string>,
): RoleWithPolicy {
    const role = makeRole(scope, `${key}-role`, service, accountId);
    const policy = scope.child(
        `${key}-policy`,
        { role: role.name, policy: documentOf(statements, (known) => known) },
        (name, args: RolePolicyArgs, opts) => new RolePolicy(name, args, opts),
    );
    return { role, policy };
}

/** A policy document, whose statements take what is known later. */
export function documentOf<T>(
    later: pulumi.Output<T>,
    statements: (known: T) => readonly object[],
): pulumi.Output<string> {
    return later.apply((known) => JSON.stringify({ Version: "2012-10-17", Statement: statements(known as T) }));
}
