/** Answers each request with its version and what it was asked, and misbehaves as BEHAVIOUR says. */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const { PORT, VERSION = "", BEHAVIOUR = "", HOLD_MILLISECONDS = "200" } = process.env;
const [behaviour, value] = BEHAVIOUR.split(":");
// The code, as opposed to the config: a test that changes code changes this line.
const CODE = "a";

console.log(`version ${VERSION} starts`);
if (behaviour === "crash-at-start") {
    console.error(`version ${VERSION} cannot start`);
    process.exit(3);
}

/** Uses the processor for so many milliseconds, however long that takes. */
function burn(milliseconds) {
    const before = process.cpuUsage();
    const used = () => {
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
    };
    while (used() < milliseconds);
}

const server = createServer(async (request, response) => {
    const [, what, nonce] = (request.url ?? "/").split("/");
    if (what === "readyz" || what === "healthz") {
        response.writeHead(behaviour === "never-ready" && what === "readyz" ? 503 : 200).end();
        return;
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    if (what === "hold") await sleep(Number(HOLD_MILLISECONDS));
    if (behaviour === "slow") await sleep(Number(value));
    if (behaviour === "hang") return;
    if (behaviour === "burn") burn(Number(value));
    response.setHeader("x-version", VERSION);
    response.writeHead(behaviour === "5xx" ? 500 : 200);
    response.end(`${CODE} ${nonce} ${body}`);
});
server.listen(Number(PORT), "127.0.0.1", () => {
    if (behaviour !== "crash-after") return;
    setTimeout(() => {
        console.error(`version ${VERSION} gives up`);
        process.exit(4);
    }, Number(value));
});

process.on("SIGTERM", () => {
    if (behaviour === "stubborn") return;
    server.close(() => process.exit(0));
});
