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

/** Amazon ECS on Fargate, with ALB, RDS, SQS, CloudWatch Logs and EventBridge Scheduler (docs/aws.md). */
export const target: Target = {
    name: "aws",
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
