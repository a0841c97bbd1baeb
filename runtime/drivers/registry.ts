import type { OpenDriver } from "./driver.js";

/** One row per URL scheme; a driver and its client library are loaded when the first URL of that scheme is opened. */
const DRIVERS: Readonly<Record<string, () => OpenDriver>> = {
    "postgresql:": postgresql,
    "postgres:": postgresql,
    "https:": () => notBuilt("Amazon SQS", "the AWS SDK (@aws-sdk/client-sqs)"),
    "amqps:": () => notBuilt("AMQP 1.0 (Azure Service Bus, RabbitMQ)", "an AMQP 1.0 client (rhea, @azure/service-bus)"),
};

/** @throws when no driver takes URLs of this scheme. */
export function driverFor(url: URL): OpenDriver {
    const load = DRIVERS[url.protocol];
    if (load) return load();
    throw new Error(
        `Queue URL has the scheme "${url.protocol}"; known are ${Object.keys(DRIVERS).join(" ")}. ` +
            "Pass the variable that a binding to a Queue fills.",
    );
}

function postgresql(): OpenDriver {
    return (require("./postgresql.js") as typeof import("./postgresql.js")).openPostgresql;
}

function notBuilt(service: string, instead: string): never {
    throw new Error(
        `twelvefold/runtime has no driver for ${service} yet: it is not built in this version. ` +
            `Use ${instead} with the URL of the binding; see docs/queues.md.`,
    );
}
