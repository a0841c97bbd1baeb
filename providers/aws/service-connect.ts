import { HttpNamespace } from "@pulumi/aws/servicediscovery";
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { once } from "../shared.js";
import { child } from "./child.js";
import { factsOf } from "./facts.js";
import { type AppHandle, field } from "./handles.js";
import { tagsOf } from "./tags.js";

/**
 * Whether other apps can call an app by its name, which costs a proxy in each of its tasks. An app without a route has it;
 * one with a route gets it when an app of the program binds it, which is known when the program has run
 * (docs/adr/0026-doors.md).
 */
export class Door {
    /** ARN of the namespace that the name is in; undefined without a name. */
    readonly namespace: pulumi.Output<string | undefined>;
    private made: pulumi.Output<string> | undefined;
    private closed = false;

    constructor(private readonly make: () => pulumi.Output<string>) {
        const decided = new Promise<pulumi.Output<string> | undefined>((resolve) => {
            setImmediate(() => {
                this.closed = true;
                resolve(this.made);
            });
        });
        this.namespace = pulumi.output(decided);
    }

    /** Gives the app a name. Undefined when it is too late for that. */
    open(): pulumi.Output<string> | undefined {
        if (!this.closed) this.made ??= this.make();
        return this.made;
    }
}

/** The name space of the apps of a platform. */
export function meshOf(scope: Scope): pulumi.Output<string> {
    return once(scope, "mesh", (platform) => {
        const description = `Apps of ${platform.project}/${platform.stack} find each other here.`;
        return child(platform, HttpNamespace, "mesh", { description, tags: tagsOf(platform) }).arn;
    });
}

/** An app as another one calls it. */
export interface Called {
    readonly url: pulumi.Output<string>;
    readonly namespace: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
}

/** @throws ProgramError for an app that nobody can call */
export function callOf(variable: string, app: Attachment<"App">): Called {
    const where = `bindings.${variable} is App "${app.name}"`;
    const facts = factsOf(app);
    if (facts === undefined) return importedCall(where, app);
    if (facts.port === undefined)
        throw new ProgramError(`${where}, which has no port; give it one, or drop the binding.`);
    const namespace = facts.door.open();
    if (namespace !== undefined) {
        return { url: pulumi.output(internalUrl(app.name, facts.port)), namespace, port: pulumi.output(facts.port) };
    }
    throw new ProgramError(
        `${where}, which was declared before this program waited for something, without a name that other apps can call. ` +
            "Give it aws: { internal: true }.",
    );
}

function importedCall(where: string, app: Attachment<"App">): Called {
    const namespace = field<AppHandle, "namespaceArn">(app, "namespaceArn").apply((arn) => {
        if (arn !== undefined) return arn;
        throw new ProgramError(
            `${where} of another stack, and has no name that other apps can call. Give it aws: { internal: true } there.`,
        );
    });
    const port = field<AppHandle, "port">(app, "port").apply((known) => known ?? 0);
    return { url: field<AppHandle, "internalUrl">(app, "internalUrl"), namespace, port };
}

export function internalUrl(name: string, port: number): string {
    return `http://${name}:${port}`;
}

/** What Service Connect does for a service. */
export interface Connection {
    readonly enabled: boolean;
    readonly namespace?: string;
    readonly services?: {
        readonly portName: string;
        readonly discoveryName: string;
        readonly clientAlias: { readonly dnsName: string; readonly port: number }[];
    }[];
}

/**
 * A service joins one namespace, as one that is called, that calls, or both.
 *
 * @throws ProgramError when it would have to join two
 */
export function connectionOf(
    name: string,
    port: number | undefined,
    own: string | undefined,
    called: readonly string[],
): Connection {
    const all = [...new Set([...(own === undefined ? [] : [own]), ...called])];
    const [namespace, ...more] = all;
    if (namespace === undefined) return { enabled: false };
    if (more.length > 0) {
        throw new ProgramError(
            `App "${name}" is on one platform and calls an app on another by its name; a service of ECS joins one namespace. ` +
                "Put them on one Platform, or call through an internal LoadBalancer.",
        );
    }
    if (own === undefined || port === undefined) return { enabled: true, namespace };
    const clientAlias = [{ dnsName: name, port }];
    return { enabled: true, namespace, services: [{ portName: "http", discoveryName: name, clientAlias }] };
}
