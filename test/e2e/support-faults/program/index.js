/** A small shop that can be told to misbehave: what a fault must not break is here once. */
const { Config } = require("@pulumi/pulumi");
const { App, Database, LoadBalancer, LogSink, Queue } = require("twelvefold");

const config = new Config();
const number = (name, otherwise) => config.getNumber(name) ?? otherwise;

const logs = new LogSink("logs", { local: { maxMiB: 32 } });
const db = new Database("db");
const mail = new Queue("mail", { visibilityTimeoutSeconds: 3, maxDeliveries: 1000 });
const front = new LoadBalancer("front", config.get("port") ? { local: { port: number("port") } } : {});

const build = { context: "./service" };
const environment = { MARK: config.require("mark"), VERSION: config.get("version") ?? "1" };
const health = { startupSeconds: number("startupSeconds", 60), intervalSeconds: 1 };

const web = new App("web", {
    build,
    process: "web",
    port: 8080,
    replicas: number("replicas", 2),
    environment: { ...environment, BEHAVIOUR: config.get("behaviour") ?? "" },
    secrets: { KEY: config.requireSecret("key") },
    bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
    routes: [{ loadBalancer: front, path: "/" }],
    health,
    stopTimeoutSeconds: 3,
    logs,
});

new App(
    "mailer",
    {
        build,
        process: "worker",
        environment,
        bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toReceive() },
        stopTimeoutSeconds: 3,
        logs,
    },
    { dependsOn: web },
);

exports.url = front.url;
exports.db = db.url;
