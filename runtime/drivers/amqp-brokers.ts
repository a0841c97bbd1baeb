import type { Connection } from "rhea";
import type { AmqpUrl } from "./amqp-url.js";

/** In what brokers that speak AMQP 1.0 differ. */
export interface Broker {
    /** Where to send to, by the path of a URL. */
    target(path: string): string;
    /** Where to receive from. */
    source(path: string): string;
    /**
     * How a delivery is given back so that it counts. RabbitMQ 3 ends the session on `modified`, and counts `released`;
     * RabbitMQ 4 counts `modified` only.
     */
    readonly giveBack: "released" | "modified";
    /** Does the broker answer what a receiver said of a delivery? Service Bus tells so that a lock was lost. */
    readonly confirmsSettling: boolean;
    /** Messages of FIFO queues come in sessions (Service Bus). */
    readonly hasSessions: boolean;
    /** Why there is no delay; undefined: there is. */
    readonly noDelay?: string;
    /** Why there is no deduplication; undefined: there is. */
    readonly noDeduplication?: string;
}

const RABBITMQ = {
    confirmsSettling: false,
    hasSessions: false,
    noDelay: "RabbitMQ's quorum queues have no delivery delay. Schedule a Job, or send later.",
    noDeduplication: "RabbitMQ does not look for duplicates. Leave it out, and make the handler idempotent.",
} as const;

/** Addresses as the path says them: `/queues/:queue` and `/exchanges/:exchange/:key` (AMQP 1.0 is in its core). */
const RABBITMQ_4: Broker = {
    ...RABBITMQ,
    giveBack: "modified",
    target: address4,
    source: address4,
};

/** The plug-in of RabbitMQ 3: `/amq/queue/:queue` is a queue that is there already, `/exchange/:exchange/:key`. */
const RABBITMQ_3: Broker = {
    ...RABBITMQ,
    giveBack: "released",
    target: address3,
    source: address3,
};

/** An entity's name is its address: `mail`, `mail/$deadletterqueue`. */
const SERVICE_BUS: Broker = {
    giveBack: "modified",
    confirmsSettling: true,
    hasSessions: true,
    target: decodeURIComponent,
    source: decodeURIComponent,
};

/** By what the broker said of itself when the connection was opened. @throws Error for one that is not known */
export function brokerOf(connection: Connection, url: AmqpUrl): Broker {
    const { product, version } = (connection.properties ?? {}) as { product?: string; version?: string };
    if (url.broker === "servicebus") return SERVICE_BUS;
    if (url.broker === undefined && product !== "RabbitMQ") {
        throw new Error(
            `The broker at ${url.host} says it is ${JSON.stringify(product)}; known are Azure Service Bus, by its host ` +
                "name, and RabbitMQ. Add the parameter broker=servicebus or broker=rabbitmq to the URL when it is one.",
        );
    }
    return Number.parseInt(version ?? "4", 10) < 4 ? RABBITMQ_3 : RABBITMQ_4;
}

function address4(path: string): string {
    return /^(queues|exchanges)\//.test(path) ? `/${path}` : `/queues/${path}`;
}

function address3(path: string): string {
    const [kind, ...rest] = path.split("/");
    if (kind === "exchanges") return `/exchange/${rest.map(decodeURIComponent).join("/")}`;
    return `/amq/queue/${(kind === "queues" ? rest : [kind, ...rest]).map((part) => decodeURIComponent(part ?? "")).join("/")}`;
}
