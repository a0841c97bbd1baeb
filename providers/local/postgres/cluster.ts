import {
    depthOf,
    ensureQueueDatabase,
    putQueue,
    QUEUE_DATABASE,
    type QueueDepth,
    queueIsThere,
    queueRoles,
    queueUrls,
    removeQueue,
} from "../queue/index.js";
import type { DatabaseSpec, QueueSpec, ResultOf, SecretResultOf } from "../spec.js";
import { type Access, asSuperuser } from "./admin.js";
import { databaseIsThere, ensureDatabase, ensureExtensions, ensureLoginRole, removeDatabase } from "./databases.js";
import { QueueKeeper } from "./keeper.js";
import { sqlName } from "./names.js";
import { answers, type ClusterInfo, Server } from "./server.js";

export interface ClusterOptions {
    /** Where the search for the npm package of PostgreSQL begins; the current folder by default. */
    readonly programFolder?: string;
}

/**
 * The PostgreSQL server of one home, with its databases and queues. It outlives the process that started it and is
 * found again by the next one. One supervisor per home: calls of one instance take turns, two instances do not.
 */
export class Cluster {
    readonly #server: Server;
    readonly #keeper = new QueueKeeper();
    #last: Promise<unknown> = Promise.resolve();

    constructor(home: string, options: ClusterOptions = {}) {
        this.#server = new Server(home, options.programFolder ?? process.cwd());
    }

    /**
     * Makes the server on first need, starts it when it is down, and returns when it answers.
     *
     * @param version PostgreSQL major version; by default that of the data, or of the installation found first.
     * @throws when that version is not installed, the data has another one, or somebody else has its port.
     */
    ensure(version?: string): Promise<ClusterInfo> {
        return this.#inTurn(() => this.#server.ensure(version));
    }

    /** Does the server run and let its superuser in? */
    async running(): Promise<boolean> {
        const server = this.#server.running();
        return server !== undefined && (await answers(server.access));
    }

    /** Ends all sessions and stops the server; its data stay. */
    stop(): Promise<void> {
        return this.#inTurn(async () => {
            await this.#keeper.close();
            await this.#server.stop();
        });
    }

    /** Stops the server and removes all that it left on this machine, passwords included. */
    destroy(): Promise<void> {
        return this.#inTurn(async () => {
            await this.#keeper.close();
            await this.#server.destroy();
        });
    }

    /**
     * To be called every second or so: cuts the server's log, and in all queues drops what is too old and moves what
     * was delivered too often (receivers do so too on their way, so this matters for queues without any). Does
     * nothing while the server is down: that is for ensure.
     */
    maintain(): Promise<void> {
        return this.#inTurn(async () => {
            const server = this.#server.running();
            if (!server) return;
            this.#server.boundLog();
            await this.#keeper.tend(server.access);
        });
    }

    /** Makes a database with a login role of its own, which owns it, or mends them. The password stays what it is. */
    createDatabase(name: string, spec: DatabaseSpec): Promise<ResultOf<"database"> & { url: string }> {
        return this.#inTurn(async () => {
            const { port, superuserPassword } = await this.#server.ensure(spec.version);
            const access = { port, password: superuserPassword };
            const database = sqlName(name);
            const password = this.#server.password(database);
            await asSuperuser(access, "postgres", async (session) => {
                await ensureLoginRole(session, database, password);
                await ensureDatabase(session, database, database);
            });
            await ensureExtensions(access, database, name, spec);
            const url = `postgresql://${database}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
            return { host: "127.0.0.1", port, name: database, username: database, url };
        });
    }

    databaseExists(name: string): Promise<boolean> {
        return this.#withServer(false, (access) =>
            asSuperuser(access, "postgres", (session) => databaseIsThere(session, sqlName(name))),
        );
    }

    /** Ends the sessions of a database and drops it and its role. Nothing to drop is fine. */
    async dropDatabase(name: string): Promise<void> {
        const database = sqlName(name);
        await this.#withServer(undefined, async (access) => {
            await asSuperuser(access, "postgres", (session) => removeDatabase(session, database));
            this.#server.forgetPasswords([database]);
        });
    }

    /** Makes a queue with its dead letters and a login role for each right, or changes its settings. */
    createQueue(name: string, spec: QueueSpec): Promise<ResultOf<"queue"> & SecretResultOf<"queue">> {
        return this.#inTurn(async () => {
            const { port, superuserPassword } = await this.#server.ensure(undefined);
            const access = { port, password: superuserPassword };
            await ensureQueueDatabase(access);
            const roles = queueRoles(name);
            const passwords = {
                send: this.#server.password(roles.send),
                receive: this.#server.password(roles.receive),
                dead: this.#server.password(roles.dead),
            };
            await asSuperuser(access, QUEUE_DATABASE, async (session) => {
                await session.rows("BEGIN");
                for (const right of ["send", "receive", "dead"] as const) {
                    await ensureLoginRole(session, roles[right], passwords[right]);
                }
                await putQueue(session, name, spec);
                await session.rows("COMMIT");
            });
            return queueUrls(name, port, passwords);
        });
    }

    queueExists(name: string): Promise<boolean> {
        return this.#inQueues(false, (access) =>
            asSuperuser(access, QUEUE_DATABASE, (session) => queueIsThere(session, name)),
        );
    }

    /** Ends the sessions of a queue's roles and drops it with its messages. Nothing to drop is fine. */
    async dropQueue(name: string): Promise<void> {
        await this.#inQueues(undefined, async (access) => {
            await asSuperuser(access, QUEUE_DATABASE, (session) => removeQueue(session, name));
            this.#server.forgetPasswords(Object.values(queueRoles(name)));
        });
    }

    /** @throws when there is no such queue. */
    queueDepth(name: string): Promise<QueueDepth> {
        const missing = () => new Error(`No queue "${name}" in this stack's PostgreSQL. Run \`pulumi up\` to make it.`);
        return this.#inQueues<QueueDepth | undefined>(undefined, (access) =>
            asSuperuser(access, QUEUE_DATABASE, (session) => depthOf(session, name)),
        ).then((depth) => {
            if (!depth) throw missing();
            return depth;
        });
    }

    /** Starts the server when it is down, unless it was never made: then there is nothing in it. */
    #withServer<T>(without: T, work: (access: Access) => Promise<T>): Promise<T> {
        return this.#inTurn(async () => {
            if (!this.#server.isMade()) return without;
            const { port, superuserPassword } = await this.#server.ensure(undefined);
            return work({ port, password: superuserPassword });
        });
    }

    #inQueues<T>(without: T, work: (access: Access) => Promise<T>): Promise<T> {
        return this.#withServer(without, async (access) => {
            const made = await asSuperuser(access, "postgres", (session) => databaseIsThere(session, QUEUE_DATABASE));
            return made ? work(access) : without;
        });
    }

    #inTurn<T>(work: () => Promise<T>): Promise<T> {
        const turn = this.#last.then(work, work);
        this.#last = turn.catch(() => undefined);
        return turn;
    }
}
