import * as pulumi from "@pulumi/pulumi";
import type { Attachable, Attachment, Handle, LoadBalancerRequest } from "../providers/contract.js";
import type { Feature } from "../providers/support.js";
import { compact } from "./base/args-reader.js";
import { attachmentOf, type Imported, importComponent, intentOf } from "./base/attach.js";
import { anyText, cidr, flag, hostName, listOf, oneOf, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { askedFor, type CommonArgs, type Plan, plan } from "./base/plan.js";
import { supports } from "./base/settings.js";

export interface LoadBalancerArgs extends CommonArgs<"LoadBalancer"> {
    /** How a replica is chosen: roundRobin or leastConnections. Default: roundRobin. */
    readonly algorithm?: pulumi.Input<"roundRobin" | "leastConnections"> | undefined;
    /**
     * How a region is chosen: regional (there is one), latency (the nearest), geographic (by the user's country).
     * Plain. Default: regional.
     */
    readonly routing?: "regional" | "latency" | "geographic" | undefined;
    /** Host name that it answers under. Default: the one that the target gives. */
    readonly domain?: pulumi.Input<string> | undefined;
    /** A certificate for the domain, as the target names it. Default: the target obtains one for the domain. */
    readonly certificate?: pulumi.Input<string> | undefined;
    /** Redirect HTTP to HTTPS, where there is HTTPS. Plain. Default: true. */
    readonly redirectToHttps?: boolean | undefined;
    /** Reachable from the platform's network only. Plain. Default: false. */
    readonly internal?: boolean | undefined;
    /** Address blocks that may connect. Default: all. */
    readonly allowedCidrs?: pulumi.Input<readonly string[]> | undefined;
    /** Seconds after which an idle connection is closed, 1 to 4,000. Default: 60. */
    readonly idleTimeoutSeconds?: pulumi.Input<number> | undefined;
    /** One log line for each request. Default: false; true in production. */
    readonly accessLogs?: pulumi.Input<boolean> | undefined;
    /** The platform that it belongs to. Default: the stack's own. */
    readonly platform?: Attachable<"Platform"> | undefined;
}

/**
 * The door to a stack's apps. It knows no app: an App attaches itself with `routes`.
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class LoadBalancer extends pulumi.ComponentResource implements Attachable<"LoadBalancer"> {
    /** Base URL, without a slash at its end. */
    readonly url!: pulumi.Output<string>;
    /** Host name of the URL, for a DNS record or a test. */
    readonly hostname!: pulumi.Output<string>;
    /** What other components attach to; plain data. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args?: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planLoadBalancer(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"LoadBalancer"> {
        return attachmentOf<"LoadBalancer">(this);
    }

    /** The load balancer that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): Imported<"LoadBalancer"> {
        return importComponent("LoadBalancer", reference, name, ["url", "hostname"]);
    }
}

type Algorithm = "roundRobin" | "leastConnections";

function planLoadBalancer(name: string, given: LoadBalancerArgs | undefined): Plan<"LoadBalancer"> {
    return plan("LoadBalancer", name, given, (args, settings) => {
        const algorithm = args.input<Algorithm>("algorithm", oneOf("roundRobin", "leastConnections"), "roundRobin");
        const routing = args.plain<LoadBalancerRequest["routing"]>(
            "routing",
            oneOf("regional", "latency", "geographic"),
            "regional",
        );
        const internal = args.plain("internal", flag, false);
        const request = compact<LoadBalancerRequest>({
            algorithm,
            routing,
            domain: args.input<string>("domain", hostName),
            certificate: args.input<string>("certificate", anyText),
            redirectToHttps: args.plain("redirectToHttps", flag, true),
            internal,
            allowedCidrs: args.input<readonly string[]>("allowedCidrs", listOf(cidr, { what: "address blocks" }), []),
            idleTimeoutSeconds: args.input("idleTimeoutSeconds", wholeNumber(1, 4000, "seconds"), 60),
            accessLogs: args.input(
                "accessLogs",
                flag,
                settings.profile === "production" && supports(settings, "LoadBalancer.accessLogs"),
            ),
        });
        if (internal && routing !== "regional") {
            args.problem(
                `internal and routing "${routing}" exclude each other; users of other regions are outside. Drop one.`,
            );
        }
        if (args.given("certificate") && !args.given("domain")) {
            args.problem("certificate is given without domain; name the domain that it is for.");
        }
        const asked: Feature[] = [
            ...askedFor("LoadBalancer", args, [
                "domain",
                "certificate",
                "redirectToHttps",
                "allowedCidrs",
                "idleTimeoutSeconds",
                "accessLogs",
            ]),
        ];
        if (algorithm === "roundRobin" || algorithm === "leastConnections") asked.push(`LoadBalancer.${algorithm}`);
        if (routing === "latency" || routing === "geographic") asked.push(`LoadBalancer.${routing}`);
        if (internal) asked.push("LoadBalancer.internal");
        return { request, asked };
    });
}
