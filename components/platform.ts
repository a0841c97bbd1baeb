import * as pulumi from "@pulumi/pulumi";
import type { Attachable, Attachment, Handle } from "../providers/contract.js";
import { compact } from "./base/args-reader.js";
import { attachmentOf, type Imported, importComponent, intentOf } from "./base/attach.js";
import { anyText, hostName, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { askedFor, type CommonArgs, type Plan, plan } from "./base/plan.js";
import { declarePlatform, definePlatform } from "./base/platforms.js";

export interface PlatformArgs extends CommonArgs<"Platform"> {
    /** An existing network to stand on, by its id on the target. Default: one is made where the target needs one. */
    readonly network?: string | undefined;
    /** Number of zones to spread over, 1 to 6. Default: 2; 3 in production. */
    readonly zones?: pulumi.Input<number> | undefined;
    /** Domain under which the platform's load balancers get their names. Default: none. */
    readonly domain?: pulumi.Input<string> | undefined;
}

/**
 * The ground that the apps of one stack stand on: a network, a cluster, a registry, whatever the target needs.
 *
 * One is made on first need. Declare it, before the other components, to configure it or to share it with other stacks.
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class Platform extends pulumi.ComponentResource implements Attachable<"Platform"> {
    /** Name of the ground on its target: a namespace, a cluster, a folder. */
    readonly name!: pulumi.Output<string>;
    /** What other components attach to; plain data. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args?: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planPlatform(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
        declarePlatform(this.attachment);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"Platform"> {
        return attachmentOf<"Platform">(this);
    }

    /** The platform that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): Imported<"Platform"> {
        return importComponent("Platform", reference, name, ["name"]);
    }
}

function planPlatform(name: string, given: PlatformArgs | undefined): Plan<"Platform"> {
    return plan("Platform", name, given, (args, { profile }) => ({
        request: compact({
            network: args.plain<string>("network", anyText),
            zones: args.input("zones", wholeNumber(1, 6, "zones"), profile === "production" ? 3 : 2),
            domain: args.input<string>("domain", hostName),
        }),
        asked: askedFor("Platform", args, ["network", "zones", "domain"]),
    }));
}

definePlatform(() => new Platform("platform"));
