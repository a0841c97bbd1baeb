import type { SecurityGroup } from "@pulumi/aws/ec2";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Binding, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { child } from "./child.js";
import { type AppHandle, type DatabaseHandle, field, ground, type QueueHandle } from "./handles.js";
import { queueStatements } from "./queue-statements.js";
import type { Statement } from "./role.js";
import { type SecretReference, secretReference } from "./secret-reference.js";
import { callOf } from "./service-connect.js";
import { tagsOf } from "./tags.js";

/** What the bindings of an app come to. */
export interface Bound {
    /** URLs without secrets, by variable. */
    readonly urls: Readonly<Record<string, pulumi.Output<string>>>;
    /** URLs with passwords, by variable. */
    readonly secrets: Readonly<Record<string, SecretReference>>;
    /** What its tasks may do; undefined for nothing. */
    readonly statements: pulumi.Output<readonly Statement[]> | undefined;
    /** What opens the way to what is bound. */
    readonly rules: readonly pulumi.Resource[];
    /** Namespaces of Service Connect that it calls into. */
    readonly namespaces: readonly pulumi.Output<string>[];
    /** Apps that must be there before it: a running client never sees an endpoint that comes later. */
    readonly servers: readonly pulumi.Resource[];
}

/** URL, rights and a way in the network for each thing that is bound. */
export function bind(scope: Scope, bindings: Readonly<Record<string, Binding>>, group: SecurityGroup): Bound {
    const urls: Record<string, pulumi.Output<string>> = {};
    const secrets: Record<string, SecretReference> = {};
    const statements: pulumi.Output<readonly Statement[]>[] = [];
    const ways = new Map<Attachment, pulumi.Resource>();
    const namespaces: pulumi.Output<string>[] = [];
    const servers: pulumi.Resource[] = [];
    for (const [variable, { to, right }] of Object.entries(bindings)) {
        if (to.kind === "Queue") {
            const queue = to as Attachment<"Queue">;
            urls[variable] = field<QueueHandle, "url">(queue, "url");
            statements.push(queueStatements(queue, right));
            continue;
        }
        let port: pulumi.Output<number>;
        if (to.kind === "Database") {
            secrets[variable] = secretReference(to);
            port = field<DatabaseHandle, "port">(to, "port");
        } else {
            const called = callOf(variable, to as Attachment<"App">);
            urls[variable] = called.url;
            port = called.port;
            namespaces.push(called.namespace);
            if (to.resource !== undefined) servers.push(to.resource);
        }
        if (!ways.has(to)) ways.set(to, open(scope, group, to, port));
    }
    return {
        urls,
        secrets,
        statements: statements.length === 0 ? undefined : pulumi.all(statements).apply((all) => all.flat()),
        rules: [...ways.values()],
        namespaces,
        servers,
    };
}

/** The one who calls opens the way: what is called knows nobody. */
function open(scope: Scope, group: SecurityGroup, to: Attachment, port: pulumi.Output<number>): pulumi.Resource {
    const key = to.kind === "Database" ? "to-database" : "to-app";
    const rule = {
        description: `App ${scope.name} of ${scope.project}/${scope.stack}.`,
        securityGroupId: groupOf(scope, to),
        referencedSecurityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        tags: tagsOf(scope),
    };
    return child(scope, SecurityGroupIngressRule, key, rule, {}, to.name);
}

/** @throws ProgramError for what lives in another network */
function groupOf(scope: Scope, to: Attachment): pulumi.Output<string> {
    const there = field<DatabaseHandle | AppHandle, "vpcId">(to, "vpcId");
    const id = field<DatabaseHandle | AppHandle, "securityGroupId">(to, "securityGroupId");
    return pulumi.all([ground(scope, "vpcId"), there, id]).apply(([here, other, known]) => {
        if (here === other) return known;
        throw new ProgramError(`${to.kind} "${to.name}" lives in another VPC; put both on one Platform.`);
    });
}
