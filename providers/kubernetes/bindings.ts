import type * as pulumi from "@pulumi/pulumi";
import type { Attachment, Binding, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { readSecret } from "../handles.js";
import { brokerUser } from "./broker-user.js";
import { factsOf } from "./facts.js";
import { type AppHandle, type DatabaseHandle, field, labelFor, namespaceOf, type QueueHandle } from "./handles.js";
import { type EgressRule, podsOf, toPeers } from "./network-policy.js";

/** What the bindings of an app come to. */
export interface Bound {
    /** Labels that its pods wear to be let in. */
    readonly labels: readonly pulumi.Input<string>[];
    readonly egress: readonly EgressRule[];
    /** URLs without secrets, by variable. */
    readonly urls: Readonly<Record<string, pulumi.Output<string>>>;
    /** URLs with passwords, by variable. */
    readonly secretUrls: Readonly<Record<string, pulumi.Output<string>>>;
}

export function bind(scope: Scope, bindings: Readonly<Record<string, Binding>>): Bound {
    const labels: pulumi.Input<string>[] = [];
    const egress: EgressRule[] = [];
    const urls: Record<string, pulumi.Output<string>> = {};
    const secretUrls: Record<string, pulumi.Output<string>> = {};
    for (const [variable, binding] of Object.entries(bindings)) {
        const to = binding.to;
        if (to.kind === "Database") secretUrls[variable] = readSecret(to, "kubernetes", "url");
        else if (to.kind === "Queue") {
            const right = binding.right === "send" ? "send" : "receive";
            secretUrls[variable] = brokerUser(scope, variable, to as Attachment<"Queue">, right);
        } else urls[variable] = urlOfApp(variable, to as Attachment<"App">);
        labels.push(to.kind === "Queue" ? labelOfQueue(to as Attachment<"Queue">) : labelFor(scope, to));
        const pods = podsOf(
            namespaceOf(scope, to),
            field<DatabaseHandle, "podLabels">(to, "podLabels").apply((known) => known ?? {}),
        );
        egress.push(toPeers([pods], field<DatabaseHandle, "port">(to, "port")));
    }
    return { labels, egress, urls, secretUrls };
}

function labelOfQueue(queue: Attachment<"Queue">): pulumi.Input<string> {
    return factsOf(queue)?.clientLabel ?? field<QueueHandle, "clientLabel">(queue, "clientLabel");
}

function urlOfApp(variable: string, app: Attachment<"App">): pulumi.Output<string> {
    return field<AppHandle, "internalUrl">(app, "internalUrl").apply((url) => {
        if (url !== "") return url;
        throw new ProgramError(
            `bindings.${variable} is App "${app.name}", which has no port; give it one, or drop the binding.`,
        );
    });
}
