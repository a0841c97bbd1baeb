/** What a command line does, as far as its words tell. */

const SHELLS = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z|k)?sh$/;

/** The script of `sh -c "…"`; undefined where a command uses no shell. */
export function shellScript(words: readonly string[]): string | undefined {
    const start = words[0] === "/usr/bin/env" || words[0] === "env" ? 1 : 0;
    if (!SHELLS.test(words[start] ?? "")) return undefined;
    const flag = words.findIndex((word, index) => index > start && /^-[a-z]*c[a-z]*$/.test(word));
    return flag < 0 ? undefined : words[flag + 1];
}

/** Parts of a script that run one after the other. */
export function steps(script: string): readonly string[] {
    return script
        .slice(0, 10_000)
        .split(/&&|\|\||[;\n|]|(?<![>&])&(?![>&])/)
        .map((step) => step.trim())
        .filter((step) => step !== "");
}

/** How a shell hands over to the program, so that the program gets SIGTERM. */
export type Handover = "exec" | "one" | "keeps";

/** exec: replaces itself. one: a single command, which some shells replace themselves with. keeps: stays in between. */
export function handover(script: string): Handover {
    const all = steps(script);
    const last = all.at(-1) ?? "";
    if (/^exec\s/.test(last)) return "exec";
    return all.length <= 1 && !/[&|]\s*$/.test(script) ? "one" : "keeps";
}

const INSTALL =
    /(?:^|[\s/;&|(])(?:npm\s+(?:install|i|ci)\b|yarn\s+install\b|pnpm\s+(?:install|i)\b|pip3?\s+install\b|apt(?:-get)?\s+(?:-\S+\s+)*install\b|apk\s+(?:-\S+\s+)*add\b|(?:yum|dnf|microdnf)\s+(?:-\S+\s+)*install\b|gem\s+install\b|bundle\s+install\b|composer\s+install\b|go\s+(?:get|install)\b|cargo\s+install\b|uv\s+(?:sync|pip\s+install)\b|poetry\s+install\b)[^;&|]*/;

/** What a command installs dependencies with when it starts: "npm ci". */
export function installs(words: readonly string[]): string | undefined {
    const found = INSTALL.exec(words.join(" ").slice(0, 10_000))?.[0];
    // What follows may be the address of a registry, with its password.
    return /[a-z][\w-]*\s+(?:-\S+\s+)*[a-z]+/.exec(found ?? "")?.[0];
}

const MANAGERS =
    /(?:^|[\s/])(supervisord|pm2(?:-runtime)?|foreman|honcho|circusd|monit|runsvdir|s6-svscan|systemd|concurrently|overmind|hivemind)(?:\s|$)/;

/** What makes one container run several processes. */
export function manager(words: readonly string[]): string | undefined {
    const line = words.join(" ").slice(0, 10_000);
    const found = MANAGERS.exec(line)?.[1];
    if (found !== undefined) return found;
    const script = shellScript(words)?.slice(0, 10_000);
    return script !== undefined && /(?<![>&])&(?![>&])\s*\S/.test(script)
        ? "a shell that starts processes in the background"
        : undefined;
}
