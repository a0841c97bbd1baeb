/** The ways out of the components' own arguments; docs/transforms.md explains them. */
import { App, LoadBalancer, LogSink } from "twelvefold";
// For its types only: with it the editor and tsc know the children of the local target.
import type {} from "twelvefold/local";

// A setting that only one target has stands under that target's name.
const front = new LoadBalancer("front", { local: { port: 8080 } });
const logs = new LogSink("logs", { local: { maxMiB: 64 } });

new App("web", {
    build: { context: "../hello/service" },
    port: 8080,
    routes: [{ loadBalancer: front, path: "/" }],
    logs,
    transform: {
        // An object is merged into the child's inputs …
        local: { app: { spec: { health: { startupSeconds: 120 } } } },
    },
});

new App("worker", {
    build: { context: "../hello/service" },
    process: "worker",
    logs,
    transform: {
        // … a function gets inputs, options and name, and returns what it changed.
        local: { app: (args, opts) => ({ args, opts: { ...opts, protect: true } }) },
    },
});
