import { existsSync } from "node:fs";
import { socketPath } from "../paths.js";
import { OBJECT_KINDS } from "../spec.js";
import { AccessLogs } from "./access-logs.js";
import type { App } from "./app/app.js";
import { baseEnvironment } from "./app/environment.js";
import type { Context } from "./context.js";
import { Folders } from "./folders.js";
import { Output } from "./output.js";
import type { Parts } from "./parts.js";
import { Ports } from "./ports-file.js";
import { PostgresProcess } from "./postgres-process.js";
import { Proxies } from "./proxies.js";
import { ProxyProcess } from "./proxy-process.js";
import { sinkSpec } from "./sink-spec.js";
import { Store } from "./store.js";
import { usedSources, usesPostgres } from "./uses.js";

/** Puts the shared parts of a home's supervisor together. */
export function buildContext(home: string, parts: Parts, apps: ReadonlyMap<string, App>): Context {
    const folders = new Folders(home);
    folders.create();
    const store = Store.open(folders);
    const environment = baseEnvironment();
    const output = new Output(home, parts.logs, (folder) => {
        const own = store.all("logs").find(({ name }) => folders.sink(name) === folder);
        return own?.spec ?? sinkSpec(folder);
    });
    const system = { app: "twelvefold", process: "supervisor", replica: "", release: "" };
    const event: Context["event"] = (writer, line) =>
        output.system(folders.sink("default"), { ...system, ...writer }, line);
    const proxies = new Proxies(parts.proxy, async (of) => {
        if (of === home) await proxy.ensure();
        else if (!existsSync(socketPath(of, "proxy"))) await parts.wake(of);
    });
    const proxy = new ProxyProcess(
        folders,
        parts.proxyMain,
        () => proxies.of(home),
        environment,
        (line) => event({}, line),
    );
    const postgres = new PostgresProcess(
        // Where PostgreSQL is looked for: from the project that the stack was made by.
        () => parts.cluster(home, OBJECT_KINDS.flatMap((kind) => store.all(kind))[0]?.projectRoot ?? home),
        (exceptFor) => usesPostgres(store, exceptFor),
        (line) => event({}, line),
    );
    return {
        home,
        folders,
        store,
        parts,
        output,
        proxies,
        proxy,
        postgres,
        accessLogs: new AccessLogs(folders, output),
        ports: new Ports(folders),
        environment,
        event,
        app: (name) => apps.get(name),
        sinkFolder: (sink) => (sink ? new Folders(sink.home).sink(sink.sink) : folders.sink("default")),
        usedSources: () => usedSources(folders, store),
        backlog: async (of, queue) => {
            if (of !== home) return parts.foreignBacklog(of, queue);
            const depth = await postgres.cluster.queueDepth(queue).catch(() => undefined);
            return depth && depth.visible + depth.inFlight;
        },
    };
}
