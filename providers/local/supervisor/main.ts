/**
 * The supervisor's process: `node main.js <home>`, at most one per home. It leaves by itself with the last object of
 * the home; SIGTERM ends it and nothing else, and the next one goes on where it was.
 */
import * as path from "node:path";
import { socketPath } from "../paths.js";
import { Folders } from "./folders.js";
import { Lock } from "./lock.js";
import { packageVersion } from "./protocol.js";
import { realParts } from "./real-parts.js";
import { Server } from "./server.js";
import { Supervisor } from "./supervisor.js";
import { message, pause } from "./wait.js";
import { wipeRun, wipeSockets } from "./wipe.js";

/** A supervisor that was started for nothing leaves after this. */
const IDLE_MILLISECONDS = 15_000;

async function main(home: string): Promise<void> {
    const folders = new Folders(home);
    folders.create();
    const lock = Lock.take(folders.run());
    if (!(lock instanceof Lock)) {
        console.log(`${home} has a supervisor already (pid ${lock.pid}).`);
        return;
    }
    // What is waited for need not keep a process alive by itself; leaving is decided here and nowhere else.
    setInterval(() => undefined, 60_000);
    console.log(`${new Date().toISOString()} supervisor ${packageVersion()} of ${home} (pid ${process.pid})`);
    const supervisor = new Supervisor(home, realParts(), packageVersion());
    for (const problem of supervisor.store.problems) console.error(problem);

    const how = await new Promise<"wipe" | "abandon">((leave) => {
        const server = new Server(supervisor, socketPath(home, "supervisor"), (how) => {
            void server.close().then(() => leave(how));
        });
        const stop = () => void server.close().then(() => leave("abandon"));
        process.once("SIGTERM", stop);
        process.once("SIGINT", stop);
        server.listen().catch((error) => {
            console.error(message(error));
            leave("abandon");
        });
        const idle = setInterval(() => {
            if (supervisor.isIdle && server.quietMilliseconds > IDLE_MILLISECONDS) stop();
        }, 1000);
        idle.unref();
    });

    if (how === "wipe") {
        await supervisor.wipe();
        wipeRun(folders, () => lock.release());
    } else {
        await supervisor.abandon();
        wipeSockets(folders);
        lock.release();
    }
    console.log(`${new Date().toISOString()} supervisor left`);
    // Output that is still on its way is of no interest any more, and neither are timers of others.
    await pause(0);
    process.exit(0);
}

// What nobody waited for has failed: worth a line, but no reason to leave the replicas alone.
process.on("unhandledRejection", (reason) => {
    console.error(`${new Date().toISOString()} ${reason instanceof Error ? reason.stack : String(reason)}`);
});

const home = process.argv[2];
if (home === undefined || !path.isAbsolute(home)) {
    console.error("usage: node main.js <absolute path of the home>");
    process.exit(2);
}
main(home).catch((error) => {
    console.error(error);
    process.exit(1);
});
