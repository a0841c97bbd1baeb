/** The program as a function, so that a test can run it; its index.ts would say: export const { url } = stack(). */
import { App, Database, LoadBalancer, Queue } from "twelvefold";

export function stack() {
    const db = new Database("db", { version: "17" });
    const mail = new Queue("mail", { maxDeliveries: 5 });
    const front = new LoadBalancer("front");
    const build = { context: "examples/hello/service" };
    new App("web", {
        build,
        port: 8080,
        bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
        routes: [{ loadBalancer: front, path: "/" }],
    });
    new App("mailer", { build, process: "worker", bindings: { MAIL_QUEUE_URL: mail.toReceive() } });
    return { url: front.url };
}
