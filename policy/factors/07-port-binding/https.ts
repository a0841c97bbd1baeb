import { alike, balancing, types } from "../../judges.js";
import { asked, intentOf, isLocal } from "../../kinds/intent/intent.js";
import { resourceRule } from "../../rule.js";
import { at, type Fields, flag, isOpaque, list, type Maybe, record, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, undecided, type Verdict } from "../../verdict.js";

const REDIRECT_ADVICE = "a redirect to HTTPS";

export const disallowPlainHttp = resourceRule(
    {
        name: "disallow-plain-http",
        factor: 7,
        severity: "medium",
        level: "advisory",
        description: "What the public port answers in clear is a redirect to HTTPS.",
        mend: {
            intent: "Give the LoadBalancer a domain, and leave redirectToHttps on.",
            aws: "Let the HTTP listener redirect, and forward from the HTTPS listener.",
            azure: "Set allowInsecure: false.",
            kubernetes: "Name the host under tls.",
        },
    },
    {
        intent: types({
            "twelvefold:index:LoadBalancer": (_, __, resource) => {
                const intent = intentOf(resource, "LoadBalancer") ?? {};
                if (isLocal(intent)) return outside("the local target serves this machine");
                if (asked(intent, "internal") === true) return outside("it is reachable from inside only");
                const domain = text(asked(intent, "domain"));
                if (isOpaque(domain)) return opaque(domain, "domain");
                if (domain === undefined)
                    return fail("it has no domain, and so answers in clear", "a domain, with its certificate");
                return judge(flag(asked(intent, "redirectToHttps")), "redirectToHttps", (value) =>
                    value ? pass : fail("redirectToHttps is false", REDIRECT_ADVICE),
                );
            },
        }),
        aws: alike(balancing("Listener"), listener),
        azure: types({
            "azure-native:app:ContainerApp": (props) => {
                const ingress = record(at(props, "configuration", "ingress"));
                if (isOpaque(ingress)) return opaque(ingress, "configuration.ingress");
                if (ingress === undefined) return undefined;
                const inside = flag(at(ingress, "external"));
                if (isOpaque(inside)) return opaque(inside, "configuration.ingress.external");
                if (inside !== true) return outside("it is reachable from inside only");
                return judge(
                    flag(at(ingress, "allowInsecure")),
                    "configuration.ingress.allowInsecure",
                    (value) => (value ? fail("configuration.ingress.allowInsecure is true", "false") : pass),
                    pass,
                );
            },
        }),
        kubernetes: types({
            "kubernetes:networking.k8s.io:Ingress": (props) => {
                const tls = list(at(props, "spec", "tls"));
                if (isOpaque(tls)) return opaque(tls, "spec.tls");
                return (tls ?? []).length > 0 ? pass : fail("spec.tls is not given", "a certificate for its hosts");
            },
        }),
    },
);

function listener(props: Fields): Verdict {
    const protocol: Maybe<string> = text(at(props, "protocol"));
    if (isOpaque(protocol)) return opaque(protocol, "protocol");
    if (protocol !== "HTTP") return protocol === undefined ? undecided("protocol is not given") : pass;
    const actions = list(at(props, "defaultActions"));
    if (isOpaque(actions)) return opaque(actions, "defaultActions");
    const kinds = (actions ?? []).map((action) => text(at(action, "type")));
    if (kinds.includes("forward")) return fail("the HTTP listener forwards", REDIRECT_ADVICE);
    const hidden = kinds.find(isOpaque);
    return hidden === undefined ? pass : opaque(hidden, "what the listener does");
}
