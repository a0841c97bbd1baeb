import {
    listQueueKeysOutput,
    QueueAuthorizationRule,
    type QueueAuthorizationRuleArgs,
} from "@pulumi/azure-native/servicebus";
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Binding, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { child } from "./child.js";
import { factsOf } from "./facts.js";
import { type AppHandle, type DatabaseHandle, field, ground, type QueueHandle } from "./handles.js";
import { AMQPS_PORT } from "./messaging.js";
import { nameOf } from "./names.js";
import { makeSecret } from "./vault.js";

/** What the bindings of an app come to. */
export interface Bound {
    /** URLs without secrets, by variable. */
    readonly urls: Readonly<Record<string, pulumi.Output<string>>>;
    /** Addresses of Key Vault secrets, by variable. */
    readonly secretUris: Readonly<Record<string, pulumi.Output<string>>>;
}

export function bind(scope: Scope, bindings: Readonly<Record<string, Binding>>): Bound {
    const urls: Record<string, pulumi.Output<string>> = {};
    const secretUris: Record<string, pulumi.Output<string>> = {};
    for (const [variable, { to, right }] of Object.entries(bindings)) {
        if (to.kind === "Database") secretUris[variable] = urlOfDatabase(scope, to as Attachment<"Database">);
        else if (to.kind === "Queue") {
            const rights = right === "send" ? "Send" : "Listen";
            secretUris[variable] = urlOfQueue(scope, variable, to as Attachment<"Queue">, rights);
        } else urls[variable] = urlOfApp(scope, variable, to as Attachment<"App">);
    }
    return { urls, secretUris };
}

/** All apps share the administrator's login: Azure's API makes no roles in a database. */
function urlOfDatabase(scope: Scope, to: Attachment<"Database">): pulumi.Output<string> {
    const uri = field<DatabaseHandle, "urlSecretUri">(to, "urlSecretUri");
    if (to.resource !== undefined) return uri;
    const there = field<DatabaseHandle, "networkId">(to, "networkId");
    return pulumi.all([uri, there, ground(scope, "networkId")]).apply(([uri, there, here]) => {
        if (there === here) return uri;
        throw new ProgramError(
            `Database "${to.name}" lives in another network, and has no public address. Let App "${scope.name}" stand on its ` +
                'platform: platform: Platform.fromStack(…, "platform").',
        );
    });
}

/** Service Bus takes no more on one queue. */
const MOST_RULES = 12;

/** A key that may send, or receive, on this queue alone. */
function urlOfQueue(
    scope: Scope,
    variable: string,
    to: Attachment<"Queue">,
    right: "Send" | "Listen",
): pulumi.Output<string> {
    countRule(scope, variable, to);
    const of = <F extends keyof QueueHandle>(name: F) => field<QueueHandle, F>(to, name);
    const where = {
        resourceGroupName: of("resourceGroup"),
        namespaceName: of("namespaceName"),
        queueName: of("queueName"),
    };
    const rule = child(
        scope,
        "rule",
        {
            ...where,
            authorizationRuleName: nameOf(scope, "sasRule", `rule-${variable}`),
            rights: [right],
        } satisfies QueueAuthorizationRuleArgs,
        QueueAuthorizationRule,
        { suffix: variable },
    );
    const keys = listQueueKeysOutput({ ...where, authorizationRuleName: rule.name }, { parent: scope.component });
    const url = pulumi.all([keys, rule.name, of("host"), of("queueName"), of("query")]).apply(
        ([{ primaryKey }, name, host, queue, query]) =>
            // The key is base64: +, / and = mean something else in a URL.
            `amqps://${encodeURIComponent(name)}:${encodeURIComponent(primaryKey)}@${host}:${AMQPS_PORT}/${queue}${query}`,
    );
    return makeSecret(scope, "url", pulumi.secret(url), "text/uri", variable);
}

/** @throws ProgramError for one more than Service Bus takes */
function countRule(scope: Scope, variable: string, to: Attachment<"Queue">): void {
    const rules = factsOf(to)?.rules;
    rules?.add(`${scope.name}.${variable}`);
    if (rules === undefined || rules.size <= MOST_RULES) return;
    throw new ProgramError(
        `App "${scope.name}" has the ${rules.size}th binding to Queue "${to.name}"; Service Bus takes ${MOST_RULES} on one queue. ` +
            "Let fewer apps use it, or split the queue.",
    );
}

function urlOfApp(scope: Scope, variable: string, to: Attachment<"App">): pulumi.Output<string> {
    const of = <F extends keyof AppHandle>(name: F) => field<AppHandle, F>(to, name);
    const own = to.resource !== undefined;
    return pulumi
        .all([
            of("internalUrl"),
            own ? true : of("external"),
            own ? "" : of("environmentId"),
            ground(scope, "environmentId"),
        ])
        .apply(([url, external, there, here]) => {
            if (url === "") {
                throw new ProgramError(
                    `bindings.${variable} is App "${to.name}", which has no port; give it one, or drop the binding.`,
                );
            }
            if (external || there === here) return url;
            throw new ProgramError(
                `bindings.${variable} is App "${to.name}", which nothing outside its own environment reaches; give it a route, ` +
                    "or let both stand on one platform.",
            );
        });
}
