import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { identify } from "../../providers/local/process/index.js";
import { type Finding, ok } from "./finding.js";
import { listProcesses, type ProcessRow } from "./processes.js";

/** What a killed `pulumi` leaves behind: locks, pending operations, plugins without an engine. */
export function checkPulumi(): readonly Finding[] {
    const backend = fileBackend();
    const found = backend === undefined ? [] : [...locks(backend), ...pendingOperations(backend)];
    const plugins = orphanedPlugins();
    if (backend !== undefined && found.length === 0)
        plugins.push(ok(`Pulumi's state in ${backend}: no lock, nothing pending`));
    return [...found, ...plugins];
}

/** The folder of a `file://` backend: the one in the environment, else the one that pulumi is logged in to. */
function fileBackend(environment: NodeJS.ProcessEnv = process.env): string | undefined {
    const url = environment.PULUMI_BACKEND_URL ?? currentLogin(environment);
    if (url === undefined || !url.startsWith("file://")) return undefined;
    const folder = url.startsWith("file://~")
        ? path.join(os.homedir(), url.slice("file://~".length))
        : fileURLToPath(url);
    const state = path.join(folder, ".pulumi");
    return existsSync(state) ? state : undefined;
}

function currentLogin(environment: NodeJS.ProcessEnv): string | undefined {
    const file = path.join(environment.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"), "credentials.json");
    if (!existsSync(file)) return undefined;
    try {
        return (JSON.parse(readFileSync(file, "utf8")) as { current?: string }).current;
    } catch {
        return undefined;
    }
}

/** Locks are files `locks/organization/<project>/<stack>/<id>.json` that name process, host and user. */
function locks(backend: string): Finding[] {
    return jsonFiles(path.join(backend, "locks")).map((file) => {
        const { pid, hostname, timestamp } = read(file) as { pid?: number; hostname?: string; timestamp?: string };
        const stack = path.basename(path.dirname(file));
        const held = `Stack ${stack} is locked by process ${pid} on ${hostname} since ${timestamp}`;
        const here = hostname === os.hostname();
        if (here && pid !== undefined && identify(pid) !== undefined)
            return { level: "note", what: `${held}, which runs.` };
        return {
            level: "problem",
            what: here ? `${held}, which has ended.` : `${held}.`,
            why: "The next update is refused until the lock is gone.",
            mend: [here ? cancel(stack) : { command: cancel(stack), when: "if that update has ended" }],
        };
    });
}

const cancel = (stack: string) => `pulumi cancel --yes --stack ${stack}`;

function pendingOperations(backend: string): Finding[] {
    return jsonFiles(path.join(backend, "stacks")).flatMap((file) => {
        const state = read(file) as { checkpoint?: { latest?: { pending_operations?: unknown[] } } };
        const stack = path.basename(file, ".json");
        if (state === undefined) {
            return [
                {
                    level: "problem" as const,
                    what: `The state file ${file} cannot be read.`,
                    why: "Nothing that runs is touched; Pulumi keeps the copy before it.",
                    mend: [`cp ${file}.bak ${file}`],
                },
            ];
        }
        const pending = state.checkpoint?.latest?.pending_operations?.length ?? 0;
        if (pending === 0) return [];
        return [
            {
                level: "problem" as const,
                what: `Stack ${stack} has ${pending} operations that an update began and did not end.`,
                why: "pulumi up runs them again; the local target takes over what they made. The warning stays until it is cleared.",
                mend: [`pulumi refresh --yes --clear-pending-creates --stack ${stack}`],
            },
        ];
    });
}

const ENGINE = /^(?:\S*\/)?pulumi(?:\s|$)/;
const PLUGIN = /pulumi-language-nodejs|@pulumi\/pulumi\/cmd\/(?:dynamic-provider|run)\b/;

/** Plugins outlive an engine that was killed: no pulumi is above them, directly or behind a script. */
function orphanedPlugins(): Finding[] {
    const all = new Map(listProcesses().map((row) => [row.pid, row]));
    const hasEngine = (row: ProcessRow | undefined): boolean =>
        row !== undefined && (ENGINE.test(row.command) || hasEngine(all.get(row.parent)));
    return [...all.values()]
        .filter((row) => PLUGIN.test(row.command) && !hasEngine(row))
        .map(({ pid, command }) => ({
            level: "problem",
            what: `Process ${pid} is a plugin of a pulumi that is gone: ${command.slice(0, 100)}`,
            mend: [`kill ${pid}`],
        }));
}

function jsonFiles(folder: string): string[] {
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((name) => path.join(folder, name))
        .filter((file) => file.endsWith(".json") && statSync(file).isFile());
}

/** Undefined where the file is no JSON: a state file may be torn. */
function read(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}
