import type { Target } from "../contract.js";
import { app } from "./app.js";
import { autoscaler } from "./autoscaler.js";
import { CHILDREN } from "./child-keys.js";
import { database } from "./database.js";
import { job } from "./job.js";
import { loadBalancer } from "./load-balancer.js";
import { logSink } from "./log-sink.js";
import { OPTIONS } from "./options.js";
import { platform } from "./platform.js";
import { queue } from "./queue.js";
import { refuse } from "./refuse.js";
import { supports } from "./supports.js";

/** Azure Container Apps, Front Door, PostgreSQL Flexible Server, Service Bus, Log Analytics (docs/azure.md). */
export const target: Target = {
    name: "azure",
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
    children: CHILDREN,
    options: OPTIONS,
    refuse,
};
