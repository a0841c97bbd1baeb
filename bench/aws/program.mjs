/** The core example (docs/aws.md, README.md), a number of times on one platform. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Queue } = require("#dist/index.js");

const build = { context: "test/support/fixtures/app" };

export function program(shops) {
    for (let shop = 0; shop < shops; shop++) {
        const name = (part) => (shops === 1 ? part : `${part}-${shop}`);
        const logs = new LogSink(name("logs"), { retentionDays: 30 });
        const db = new Database(name("db"), { version: "17", storageGiB: 20 });
        const mail = new Queue(name("mail"), { visibilityTimeoutSeconds: 60, maxDeliveries: 5 });
        const front = new LoadBalancer(name("front"), {});
        const autoscaler = new Autoscaler(name("web-scale"), { minReplicas: 2, maxReplicas: 10, cpuPercent: 70 });
        const web = new App(name("web"), {
            build,
            port: 8080,
            cpu: 0.5,
            memoryMiB: 1024,
            environment: { GREETING: "hello" },
            secrets: { SESSION_KEY: "hidden" },
            bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
            release: { command: ["npm", "run", "migrate"] },
            rollout: { strategy: "canary", steps: [{ percent: 10, bakeSeconds: 60 }] },
            routes: [{ loadBalancer: front, path: "/" }],
            autoscaler,
            logs,
        });
        new App(name("mailer"), {
            build,
            command: ["node", "worker.js"],
            bindings: { MAIL_QUEUE_URL: mail.toReceive() },
            logs,
        });
        new Job(name("report"), { app: web, command: ["npm", "run", "report"], schedule: "0 6 * * 1" });
    }
}
