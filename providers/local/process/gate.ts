/**
 * A process is started in two steps, so that a crash of the one who starts it can never leave a process that nobody
 * knows of: a shell waits at a gate (its standard input) until the caller has written down its identity, and then
 * becomes the command. When the caller dies before that, the gate closes and the shell leaves without having run it.
 *
 * Arguments: `<status file or ""> <command> <args…>`. With a status file the shell stays to write the exit status,
 * which would be lost if the caller were not there when the command ends.
 */
const GATE = [
    "read -r __gate || exit 125",
    // Shells add these to the environment by themselves; the command gets what was declared.
    "unset __gate PWD OLDPWD SHLVL",
    'if [ -z "$1" ]; then shift; exec "$@" </dev/null; fi',
    // Signals go to the whole group: the command ends by them, the shell outlives it to report.
    "trap : TERM INT HUP",
    '(shift; exec "$@" </dev/null)',
    'set -- "$1" "$?"',
    // Not by way of another file: mv would be a process with the command's secrets in its environment.
    'echo "$2" >"$1"',
    'exit "$2"',
].join("\n");

export function gated(statusFile: string | undefined, command: string, args: readonly string[]): string[] {
    return ["-c", GATE, "twelvefold", statusFile ?? "", command, ...args];
}
