import type { OpenDriver } from "./driver.js";

/** One row per URL scheme; a driver and its client library are loaded when the first URL of that scheme is opened. */
const DRIVERS: Readonly<Record<string, () => OpenDriver>> = {
    "postgresql:": postgresql,
    "postgres:": postgresql,
    "https:": sqs,
    "http:": sqs,
    "amqps:": amqp,
    "amqp:": amqp,
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

function sqs(): OpenDriver {
    return (require("./sqs.js") as typeof import("./sqs.js")).openSqs;
}

function amqp(): OpenDriver {
    return (require("./amqp.js") as typeof import("./amqp.js")).openAmqp;
}
