/** The program as a user of the library writes it. */
import pulumi from "@pulumi/pulumi";
import twelvefold from "twelvefold";
import registry from "#dist/providers/registry.js";
import { environmentOf, GROUPS, SOURCE } from "./size.mjs";

const { App, Database, LoadBalancer, Queue } = twelvefold;
// Loaded before the clock starts, as the modules of the hand-written programs are; bench/components/loading.mjs measures it.
registry.loadTarget("local");

export function program(apps) {
    const groups = Array.from({ length: GROUPS }, (_, index) => ({
        front: new LoadBalancer(`front-${index}`),
        db: new Database(`db-${index}`),
        mail: new Queue(`mail-${index}`),
    }));
    for (let index = 0; index < apps; index++) {
        const { front, db, mail } = groups[index % GROUPS];
        new App(`app-${index}`, {
            build: { context: SOURCE },
            port: 8080,
            environment: environmentOf(index),
            secrets: { SESSION_KEY: pulumi.secret(`key-${index}`) },
            bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
            routes: [{ loadBalancer: front, path: `/app-${index}` }],
        });
    }
}
