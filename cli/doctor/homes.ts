import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import * as path from "node:path";
import { connect, homeExists, NoSupervisor, type StackStatus } from "../../providers/local/client.js";
import { socketFolder, stateRoot } from "../../providers/local/paths.js";
import { type Home, homes } from "../homes.js";
import { type Finding, ok } from "./finding.js";
import { listProcesses, type ProcessRow } from "./processes.js";

/** Stacks on this machine: whether each is watched, and what is wrong with it. */
export async function checkHomes(): Promise<readonly Finding[]> {
    const found = await Promise.all(homes().map(checkHome));
    return [...found.flat(), ...leakedProcesses(listProcesses()), ...leakedSockets()];
}

async function checkHome(home: Home): Promise<readonly Finding[]> {
    const name = `${home.project}/${home.stack}`;
    try {
        const status = await (await connect(home.folder)).status();
        const problems = problemsOf(status, name);
        return problems.length > 0
            ? problems
            : [ok(`Stack ${name}: supervisor ${status.supervisor.pid}, all as declared`)];
    } catch (error) {
        if (!(error instanceof NoSupervisor)) throw error;
        return [
            {
                level: "problem",
                what: `Nobody watches stack ${name} (${home.folder}).`,
                why: "Its supervisor ended, perhaps with the machine. What still runs goes on, and is not restarted.",
                mend: [
                    {
                        command: `pulumi refresh --yes --stack ${plain(home.stack)}`,
                        when: "starts the supervisor, which takes over what runs",
                    },
                    {
                        command: `pulumi destroy --stack ${plain(home.stack)}`,
                        when: "if it is not needed any more",
                    },
                ],
            },
        ];
    }
}

function problemsOf(status: StackStatus, name: string): Finding[] {
    const sentences = [
        ...status.supervisor.problems,
        ...status.balancers.flatMap(({ name: balancer, problem }) =>
            problem === undefined ? [] : [`load balancer ${balancer}: ${problem}`],
        ),
        ...status.apps.flatMap((app) =>
            app.replicas.flatMap((replica) =>
                replica.lastProblem === undefined || replica.state === "ready"
                    ? []
                    : [`replica ${app.name}/${replica.id} is ${replica.state}: ${replica.lastProblem}`],
            ),
        ),
        ...(status.postgres && !status.postgres.running ? ["PostgreSQL is not running"] : []),
        ...status.queues.flatMap(({ name: queue, depth }) =>
            depth && depth.dead > 0 ? [`queue ${queue} holds ${depth.dead} dead letters`] : [],
        ),
    ];
    return sentences.map((sentence) => ({
        level: "problem",
        what: `Stack ${name}: ${sentence}`,
        mend: [`npx twelvefold logs --project ${status.project} --stack ${status.stack} --since 1h`],
    }));
}

const OURS = /providers\/local\/(supervisor|proxy)\/main\.js (\S+)/;

/** Processes of the local target whose stack's files are gone. */
function leakedProcesses(processes: readonly ProcessRow[]): Finding[] {
    const root = stateRoot();
    return processes.flatMap(({ pid, command }) => {
        const [, role, ours] = OURS.exec(command) ?? [];
        const home = ours ?? homeOfFolder(root, workingFolder(pid));
        if (home === undefined || homeExists(home)) return [];
        const who = role === undefined ? `(${command.slice(0, 60)}) belongs to` : `is the ${role} of`;
        const what = `Process ${pid} ${who} a stack whose files are gone (${home}).`;
        return [{ level: "problem" as const, what, mend: [`kill ${pid}`] }];
    });
}

/** The home that a folder of sources, or of PostgreSQL, is in. */
function homeOfFolder(root: string, folder: string): string | undefined {
    if (!folder.startsWith(`${root}${path.sep}`)) return undefined;
    const [project, stack] = path.relative(root, folder).split(path.sep);
    return project && stack ? path.join(root, project, stack) : undefined;
}

/** Of a process whose folder was removed it is known on Linux only. */
function workingFolder(pid: number): string {
    try {
        return readlinkSync(`/proc/${pid}/cwd`);
    } catch {
        return "";
    }
}

function leakedSockets(): Finding[] {
    const folder = path.dirname(socketFolder("/"));
    if (!existsSync(folder)) return [];
    const used = new Set(homes().map((home) => socketFolder(home.folder)));
    return readdirSync(folder)
        .map((name) => path.join(folder, name))
        .filter((sockets) => !used.has(sockets) && !inUse(sockets))
        .map((sockets) => ({
            level: "note" as const,
            what: `The sockets in ${sockets} belong to no stack in this state folder.`,
            why: "They are left from a stack that was removed by hand, or belong to one under another XDG_STATE_HOME.",
            mend: [{ command: `rm -r ${sockets}`, when: "if no such stack runs" }],
        }));
}

/** Linux tells who listens on a Unix socket; elsewhere nobody is assumed to. */
function inUse(sockets: string): boolean {
    if (process.platform !== "linux") return false;
    return readFileSync("/proc/net/unix", "utf8").includes(sockets);
}

function plain(stack: string): string {
    return stack.replace(/-[0-9a-f]{6}$/, "");
}
