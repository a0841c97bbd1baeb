import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, type ProcessIdentity } from "../process/index.js";
import { type Account, serverAccount } from "./account.js";
import { type Access, asSuperuser, untilReady } from "./admin.js";
import { findInstallation, installations } from "./binaries.js";
import {
    createDataFolder,
    dataVersion,
    type Programs,
    resetSuperuser,
    sweepSharedMemory,
    writeSettings,
} from "./data-folder.js";
import { clusterFolders, type Folders, makeBase, removeEmptyParent } from "./folders.js";
import { freePort, portInSettings, requirePort } from "./port.js";
import { endedBadly, endOrphans, launch, runningServer, stopServer } from "./postmaster.js";
import { usablePrograms } from "./prepare.js";
import { randomPassword } from "./scram.js";
import { boundLog, lastLines } from "./server-log.js";
import { type ClusterState, StateFile } from "./state.js";

export interface ClusterInfo {
    /** Full version of the server, for example "17.10". */
    readonly version: string;
    readonly port: number;
    readonly pid: number;
    readonly startTime: string;
    readonly dataFolder: string;
    readonly superuserPassword: string;
}

/** The server process of one home and its files. Callers take turns: {@link Cluster} sees to that. */
export class Server {
    readonly #programFolder: string;
    readonly #account: Account | undefined;
    readonly #state: StateFile;
    readonly folders: Folders;

    constructor(home: string, programFolder: string) {
        this.#programFolder = programFolder;
        this.#account = serverAccount();
        this.folders = clusterFolders(home, this.#account);
        this.#state = new StateFile(home);
    }

    /** Brings the server up, whatever it finds: nothing, a running server, or what a crash left. */
    async ensure(version: string | undefined): Promise<ClusterInfo> {
        const made = dataVersion(this.folders);
        const major = version ?? made ?? this.#newestInstalled();
        if (made && made !== major) {
            throw new Error(
                `This stack's PostgreSQL has data of version ${made}, and version ${major} is asked for. One server ` +
                    `holds all databases and queues of a stack: ask for ${made}, or destroy them first.`,
            );
        }
        const state = this.#state.read();
        const running = runningServer(this.folders, state?.server);
        if (running && state) {
            const info = await this.#adopt(running, state);
            if (info) return info;
        } else if (running) {
            // Nobody knows its password any more; it is set again below, with the server down.
            await stopServer(running, this.folders);
        }
        return this.#start(major, state);
    }

    /** The server as it is: undefined when it does not run. */
    running(): { identity: ProcessIdentity; access: Access } | undefined {
        const state = this.#state.read();
        const identity = runningServer(this.folders, state?.server);
        return identity && state ? { identity, access: accessOf(state) } : undefined;
    }

    isMade(): boolean {
        return dataVersion(this.folders) !== undefined;
    }

    async stop(): Promise<void> {
        const running = runningServer(this.folders, this.#state.read()?.server);
        if (running) await stopServer(running, this.folders);
    }

    async destroy(): Promise<void> {
        await this.stop();
        endOrphans(this.folders);
        const made = dataVersion(this.folders);
        if (made && endedBadly(this.folders)) {
            const installation = installations(this.#programFolder).find((one) => one.major === made);
            if (installation) await sweepSharedMemory(this.#programs(made), this.folders);
        }
        rmSync(this.folders.base, { recursive: true, force: true });
        removeEmptyParent(this.folders, this.#account);
        this.#state.remove();
    }

    /** The kept password of a role, made on first need: written down before the role gets it. */
    password(role: string): string {
        const state = this.#requireState();
        const kept = state.passwords[role];
        if (kept) return kept;
        const made = randomPassword();
        this.#state.write({ ...state, passwords: { ...state.passwords, [role]: made } });
        return made;
    }

    forgetPasswords(roles: readonly string[]): void {
        const state = this.#state.read();
        if (!state) return;
        const kept = Object.entries(state.passwords).filter(([role]) => !roles.includes(role));
        this.#state.write({ ...state, passwords: Object.fromEntries(kept) });
    }

    boundLog(): void {
        boundLog(this.folders.log);
    }

    async #adopt(running: ProcessIdentity, state: ClusterState): Promise<ClusterInfo | undefined> {
        const version = await untilReady(running, accessOf(state), this.folders.data);
        if (version === undefined) return undefined;
        if (state.server?.startTime !== running.startTime) this.#state.write({ ...state, server: running });
        return infoOf(state, running, version);
    }

    async #start(major: string, old: ClusterState | undefined): Promise<ClusterInfo> {
        makeBase(this.folders, this.#account);
        const programs = this.#programs(major);
        // A port that URLs already hold is kept, also when only the server's own settings still know it.
        const port = old?.port ?? portInSettings(this.folders.data) ?? (await freePort());
        const superuserPassword = old?.superuserPassword ?? randomPassword();
        const { server: _gone, ...kept } = old ?? { passwords: {} };
        const state = { ...kept, major, port, dataFolder: this.folders.data, superuserPassword };
        await requirePort(port);
        endOrphans(this.folders);
        if (!dataVersion(this.folders)) await createDataFolder(programs, this.folders, major, superuserPassword);
        else if (!old) await resetSuperuser(programs, this.folders, superuserPassword);
        this.#state.write(state);
        writeSettings(this.folders, this.#account, port);
        return this.#launch(programs, state);
    }

    async #launch(programs: Programs, state: ClusterState): Promise<ClusterInfo> {
        const deadline = performance.now() + 15_000;
        for (;;) {
            boundLog(this.folders.log);
            const server = await launch(programs, this.folders);
            this.#state.write({ ...state, server });
            const version = await this.#readyOrStopped(server, state);
            if (version !== undefined) {
                await closeDefaultDatabases(accessOf(state));
                return infoOf(state, server, version);
            }
            const said = lastLines(this.folders.log, 20);
            // Sessions of a killed server that are still on their way out.
            const passing = said.includes("pre-existing shared memory block");
            if (!passing || performance.now() > deadline) {
                await requirePort(state.port);
                throw new Error(
                    `PostgreSQL ${state.major} ended while it started. Its log (${this.folders.log}):\n${said}`,
                );
            }
            endOrphans(this.folders);
            await sleep(200);
        }
    }

    /** A server that runs but never gets ready is not left behind. */
    async #readyOrStopped(server: ProcessIdentity, state: ClusterState): Promise<string | undefined> {
        try {
            return await untilReady(server, accessOf(state), this.folders.data);
        } catch (error) {
            if (isAlive(server)) await stopServer(server, this.folders);
            throw error;
        }
    }

    #programs(major: string): Programs {
        const installation = findInstallation(major, this.#programFolder);
        return { folder: usablePrograms(installation, this.folders, this.#account), account: this.#account };
    }

    #newestInstalled(): string {
        const first = installations(this.#programFolder)[0];
        // Without any, the search for a version tells what to install.
        return first?.major ?? "17";
    }

    #requireState(): ClusterState {
        const state = this.#state.read();
        if (!state) throw new Error(`The file with PostgreSQL's passwords disappeared while it was in use.`);
        return state;
    }
}

/** Every role may enter these two by default; here a role has its own database, or its queue, and nothing else. */
async function closeDefaultDatabases(access: Access): Promise<void> {
    await asSuperuser(access, "postgres", (session) =>
        session.rows("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"),
    );
}

/** Is the superuser let in? */
export async function answers(access: Access): Promise<boolean> {
    return asSuperuser(access, "postgres", async () => true).catch(() => false);
}

function accessOf(state: ClusterState): Access {
    return { port: state.port, password: state.superuserPassword };
}

function infoOf(state: ClusterState, server: ProcessIdentity, version: string): ClusterInfo {
    const { port, dataFolder, superuserPassword } = state;
    return { version, port, pid: server.pid, startTime: server.startTime, dataFolder, superuserPassword };
}
