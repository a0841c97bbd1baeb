import { existsSync } from "node:fs";
import * as path from "node:path";
import type { AppRequest, JobRequest, Target } from "../contract.js";
import { app } from "./app.js";
import { autoscaler } from "./autoscaler.js";
import { database } from "./database.js";
import { job } from "./job.js";
import { loadBalancer } from "./load-balancer.js";
import { logSink } from "./log-sink.js";
import { platform } from "./platform.js";
import { queue } from "./queue.js";
import { supports } from "./supports.js";

/** This machine: real processes, a real PostgreSQL, a real load balancer; no account and no container engine. */
export const target: Target = {
    name: "local",
    builders: {
        Platform: platform,
        LogSink: logSink,
        Database: database,
        Queue: queue,
        LoadBalancer: loadBalancer,
        Autoscaler: autoscaler,
        App: app,
        Job: job,
    },
    supports,
    children: {
        Platform: { supervisor: "the process that keeps the stack's objects" },
        LogSink: { sink: "the folder of the lines" },
        Database: { database: "the database and its login" },
        Queue: { queue: "the queue and its logins" },
        LoadBalancer: { listener: "the listener of the proxy" },
        Autoscaler: {},
        App: { app: "the processes" },
        Job: { job: "the command and its schedule" },
    },
    options: {
        Platform: {},
        LogSink: { maxMiB: "upper bound of the sink on disk, in MiB (1,024)" },
        Database: {},
        Queue: {},
        LoadBalancer: {
            port: "the port to listen on (one is chosen and kept)",
            proxyProtocol: "expect the PROXY protocol from what stands in front (false)",
        },
        Autoscaler: {},
        App: {},
        Job: {},
    },
    refuse: { App: refuseApp, Job: refuseJob },
};

function refuseApp({ code, command, process }: AppRequest): readonly string[] {
    if (!("build" in code)) return [];
    const folder = refuseFolder(code.build.context);
    if (folder.length > 0 || command !== undefined || existsSync(path.resolve(code.build.context, "Procfile")))
        return folder;
    return [
        `build.context is "${code.build.context}", which has no Procfile, and there is no command; ` +
            `write a Procfile with a line "${process}: …", or give command.`,
    ];
}

function refuseJob({ runs }: JobRequest): readonly string[] {
    if (!("code" in runs)) {
        if (runs.app.resource !== undefined) return [];
        return [
            `app is "${runs.app.name}" of another stack, whose releases its own supervisor keeps; declare the job in that stack.`,
        ];
    }
    if ("image" in runs.code)
        return ["image cannot run here, since no container engine is used; give app, or build with a source folder."];
    return refuseFolder(runs.code.build.context);
}

function refuseFolder(context: string): readonly string[] {
    return existsSync(path.resolve(context))
        ? []
        : [
              `build.context is "${context}", and there is no folder ${path.resolve(context)}; give a path relative to the program's folder.`,
          ];
}
