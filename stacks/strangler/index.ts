/**
 * A monolith is taken apart, route by route (the strangler pattern): it keeps everything that nobody else claims, and a
 * new service takes over /orders by as many percent as the configuration says. README.md has the steps.
 */
import { Config } from "@pulumi/pulumi";
import { App, LoadBalancer } from "twelvefold";

const ordersPercent = new Config().requireNumber("ordersPercent");

export const front = new LoadBalancer("front");

const legacy = new App("legacy", {
    build: { context: "./legacy" },
    port: 8080,
    routes: [{ loadBalancer: front, path: "/" }],
});

new App("orders", {
    build: { context: "./orders" },
    port: 8080,
    // The data still live in the monolith; they move once the service has proved itself.
    bindings: { LEGACY_URL: legacy },
    routes: [{ loadBalancer: front, path: "/orders", percent: ordersPercent, otherwise: legacy }],
});

export const url = front.url;
