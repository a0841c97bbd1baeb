/**
 * Asks customers for a review: a stack of its own that attaches to the shop's database, mail queue, load balancer and
 * logs. Deploying or destroying it changes nothing in the shop's stack.
 */
import { Config, StackReference } from "@pulumi/pulumi";
import { App, Database, LoadBalancer, LogSink, Queue } from "twelvefold";

const shop = new StackReference(new Config().require("shopStack"));
const db = Database.fromStack(shop, "db");
const mail = Queue.fromStack(shop, "mail");
const front = LoadBalancer.fromStack(shop, "front");
const logs = LogSink.fromStack(shop, "logs");

const reviews = new App("reviews", {
    build: { context: "./service" },
    port: 8080,
    bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
    routes: [{ loadBalancer: front, path: "/reviews" }],
    logs,
});

export const url = reviews.url;
