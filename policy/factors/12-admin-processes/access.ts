import { imageOf } from "../../image.js";
import { CLOUDS, containers, on, types } from "../../judges.js";
import type { Container } from "../../model.js";
import { resourceRule } from "../../rule.js";
import { at, each, type Fields, flag, isKnown, isOpaque, text } from "../../values.js";
import { fail, judge, opaque, pass, shown, type Verdict } from "../../verdict.js";

export const disallowInteractiveExec = resourceRule(
    {
        name: "disallow-interactive-exec",
        factor: 12,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description:
            "Nobody opens a shell in a running process: admin work is a one-off process with the same release and a record.",
        mend: {
            aws: "Set enableExecuteCommand: false, and run a task for what is to be done.",
            kubernetes: "Drop the verb create on pods/exec, and run a Job for what is to be done.",
        },
    },
    {
        aws: types({
            "aws:ecs:Service": (props) =>
                judge(
                    flag(at(props, "enableExecuteCommand")),
                    "enableExecuteCommand",
                    (value) => (value ? fail("enableExecuteCommand is true", "false") : pass),
                    pass,
                ),
        }),
        kubernetes: types({
            "kubernetes:rbac.authorization.k8s.io:Role": execRules,
            "kubernetes:rbac.authorization.k8s.io:ClusterRole": execRules,
        }),
    },
);

function execRules(props: Fields): Verdict | readonly Verdict[] {
    const rules = each(at(props, "rules"), (rule) => {
        const resources = each(at(rule, "resources"), text);
        const verbs = each(at(rule, "verbs"), text);
        if (isOpaque(resources) || isOpaque(verbs))
            return opaque([resources, verbs].find(isOpaque), "a rule of the role");
        const reaches = (resources ?? []).some((entry) => entry === "pods/exec" || entry === "pods/attach");
        const may = (verbs ?? []).some((verb) => verb === "create" || verb === "get" || verb === "*");
        if (reaches && may)
            return fail("the role lets its holder run commands in pods (pods/exec)", "roles without it");
        const hidden = [...(resources ?? []), ...(verbs ?? []), rule].find(isOpaque);
        return hidden === undefined ? pass : opaque(hidden, "a rule of the role");
    });
    return isOpaque(rules) ? opaque(rules, "rules") : (rules ?? []);
}

const REMOTE = /(?:^|[\s/])(?:sshd|dropbear|telnetd|ttyd|gotty|xrdp|tigervnc|x11vnc)(?:\s|$)/;

export const disallowRemoteShell = resourceRule(
    {
        name: "disallow-remote-shell",
        factor: 12,
        severity: "high",
        level: "mandatory",
        description: "No process lets people log in: what they do there is in no release.",
        mend: "Drop the server and its port, and run admin work as a one-off process.",
    },
    on(
        CLOUDS,
        containers((container) => [...remotePort(container), remoteProgram(container)]),
    ),
);

function remotePort({ ports, where }: Container): readonly Verdict[] {
    if (isOpaque(ports)) return [opaque(ports, `the ports of ${where}`)];
    return (ports ?? []).map(({ number: port }) =>
        judge(port, `a port of ${where}`, (known) =>
            known === 22 || known === 23 || known === 3389
                ? fail(`${where} opens port ${known}`, "no port to log in by")
                : pass,
        ),
    );
}

function remoteProgram({ command, image, where }: Container): Verdict {
    const last = isKnown(image) ? (imageOf(image)?.repository.split("/").at(-1) ?? "") : "";
    if (/^(?:openssh-server|sshd|ttyd)$/.test(last))
        return fail(`${where} runs ${shown(image)}`, "no server to log in by");
    if (isOpaque(image)) return opaque(image, `the image of ${where}`);
    if (isOpaque(command)) return opaque(command, `the command of ${where}`);
    const words = command ?? [];
    if (REMOTE.test(words.filter(isKnown).join(" "))) return fail(`${where} runs a server to log in by`, "none");
    const hidden = words.find(isOpaque);
    return hidden === undefined ? pass : opaque(hidden, `a word of the command of ${where}`);
}
