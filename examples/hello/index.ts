import { App, Autoscaler, Database, LoadBalancer, Queue } from "twelvefold";

const db = new Database("db", { version: "17" });
const mail = new Queue("mail", { maxDeliveries: 5 });
const front = new LoadBalancer("front");
const scale = new Autoscaler("web-scale", { maxReplicas: 4, cpuPercent: 70 });
const build = { context: "./service" }; // a source folder with a Procfile: web and worker

new App("web", {
    build,
    port: 8080,
    bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
    routes: [{ loadBalancer: front, path: "/" }],
    autoscaler: scale,
});

new App("mailer", { build, process: "worker", bindings: { MAIL_QUEUE_URL: mail.toReceive() } });

export const url = front.url;
