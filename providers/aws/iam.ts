import { Role, RolePolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { settingsOf } from "./settings.js";
import { tagsOf } from "./tags.js";

/** One statement of a policy. */
export interface Statement {
    readonly Sid?: string;
    readonly Effect: "Allow" | "Deny";
    readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
    readonly Action: string | readonly string[];
    readonly Resource?: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy as AWS reads it. */
export function policyText(statements: readonly Statement[]): string {
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A permission, without the words that every one of them has. */
export function allow(
    Action: readonly string[],
    Resource: string | readonly string[],
    Condition?: Statement["Condition"],
): Statement {
    return { Effect: "Allow", Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/** A role that one service of AWS may take, on behalf of this account only. */
export function makeRole(
    scope: Scope,
    key: string,
    service: string,
    accountId: pulumi.Input<string>,
    description: string,
): Role {
    const { permissionsBoundary } = settingsOf(scope);
    const trust = pulumi.output(accountId).apply((account) =>
        policyText([
            {
                Effect: "Allow",
                Principal: { Service: service },
                Action: "sts:AssumeRole",
                Condition: { StringEquals: { "aws:SourceAccount": account } },
            },
        ]),
    );
    return child(scope, Role, key, {
        description,
        assumeRolePolicy: trust,
        ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
        tags: tagsOf(scope),
    });
}

/** What a role may do. */
export function makeRolePolicy(
    scope: Scope,
    key: string,
    role: Role,
    statements: pulumi.Input<readonly Statement[]>,
): RolePolicy {
    return child(scope, RolePolicy, key, { role: role.id, policy: pulumi.output(statements).apply(policyText) });
}
