import * as path from "node:path";
import { socketPath } from "../paths.js";
import { Control } from "./control.js";
import { ProxyServer } from "./proxy-server.js";

/** What is under way may take so long when the proxy is asked to end; its supervisor waits 5 s. */
const GRACE_MILLISECONDS = 4000;

/** `node main.js <home>`: the load balancers of a stack, until SIGTERM or a shutdown over the control socket. */
async function main(home: string): Promise<void> {
    const proxy = new ProxyServer(path.join(home, "state", "proxy.json"));
    let ending = false;
    const end = async () => {
        if (ending) return;
        ending = true;
        await Promise.all([proxy.close(GRACE_MILLISECONDS), control.close()]);
        process.exit(0);
    };
    const control = new Control({
        proxy,
        socket: socketPath(home, "proxy"),
        onShutdown: () => void end(),
        onReplaced: () => {
            console.error("Another proxy has taken the control socket of this home; this one ends.");
            void end();
        },
    });
    process.on("SIGTERM", () => void end());
    process.on("SIGINT", () => void end());
    // Its terminal, if it ever had one, is no reason to end.
    process.on("SIGHUP", () => undefined);
    await control.start();
    await proxy.restore();
}

const home = process.argv[2];
if (home === undefined) {
    console.error("Usage: main.js <home>; the home is the state folder of a stack.");
    process.exit(2);
}
main(path.resolve(home)).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
});
