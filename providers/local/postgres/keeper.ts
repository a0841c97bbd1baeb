import { Client } from "pg";
import { QUEUE_DATABASE, tendQueues } from "../queue/index.js";
import type { Access, Session } from "./admin.js";
import { SUPERUSER } from "./data-folder.js";

/** One kept connection for what is done every second, which a new one each time would make expensive. */
export class QueueKeeper {
    #client: Client | undefined;

    /** Tends all queues; does nothing while there are none. */
    async tend(access: Access): Promise<void> {
        const client = this.#client ?? (await this.#connect(access));
        if (!client) return;
        const session: Session = {
            rows: async (text, values) => (await client.query(text, values ? [...values] : undefined)).rows,
        };
        try {
            await tendQueues(session);
        } catch (error) {
            await this.close();
            throw error;
        }
    }

    async close(): Promise<void> {
        const client = this.#client;
        this.#client = undefined;
        await client?.end().catch(() => undefined);
    }

    async #connect(access: Access): Promise<Client | undefined> {
        const client = new Client({
            host: "127.0.0.1",
            port: access.port,
            user: SUPERUSER,
            password: access.password,
            database: QUEUE_DATABASE,
            ssl: false,
            connectionTimeoutMillis: 5000,
            query_timeout: 30_000,
            application_name: "twelvefold keeper",
        });
        client.on("error", () => {
            if (this.#client === client) this.#client = undefined;
        });
        try {
            await client.connect();
        } catch (error) {
            // 3D000: no database of queues, so this stack has none yet.
            if ((error as { code?: string }).code === "3D000") return undefined;
            throw error;
        }
        // Documented by pg, missing in its types: this connection alone keeps no process alive.
        (client as Client & { unref(): void }).unref();
        this.#client = client;
        return client;
    }
}
