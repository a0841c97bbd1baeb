import { createHash } from "node:crypto";
import { createServer } from "node:net";

const FIRST = 20_000;
const COUNT = 10_000;

/** The port that an object gets when it is free: always the same for the same home and object. */
export function preferredPort(home: string, object: string): number {
    return FIRST + (createHash("sha256").update(`${home}\n${object}`).digest().readUInt32BE(0) % COUNT);
}

/** The first free port from the preferred one on. */
export async function choosePort(home: string, object: string, taken: ReadonlySet<number>): Promise<number> {
    const preferred = preferredPort(home, object);
    for (let offset = 0; offset < COUNT; offset++) {
        const port = FIRST + ((preferred - FIRST + offset) % COUNT);
        if (!taken.has(port) && (await isFree(port))) return port;
    }
    throw new Error(`No port from ${FIRST} to ${FIRST + COUNT - 1} is free on 127.0.0.1.`);
}

/** A port that nobody listens on, given by the system. */
export async function anyPort(taken: ReadonlySet<number>): Promise<number> {
    for (;;) {
        const port = await listen(0);
        if (port !== undefined && !taken.has(port)) return port;
    }
}

export async function isFree(port: number): Promise<boolean> {
    return (await listen(port)) !== undefined;
}

function listen(port: number): Promise<number | undefined> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => resolve(undefined));
        server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
            const address = server.address();
            server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
        });
    });
}
