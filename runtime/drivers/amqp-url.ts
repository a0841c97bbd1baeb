import { readFileSync } from "node:fs";
import { isLoopback } from "./loopback.js";

export type BrokerName = "rabbitmq" | "servicebus";

/** What the URL of a queue says. */
export interface AmqpUrl {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    readonly username: string;
    readonly password: string;
    /** The path, without its first slash, still percent-encoded. */
    readonly path: string;
    /** PEM of the authority that signed the broker's certificate; undefined: those that Node trusts. */
    readonly ca: string | undefined;
    /** Undefined: the broker says it itself. */
    readonly broker: BrokerName | undefined;
    readonly fifo: boolean;
    /** Of messages without a delay of their own. */
    readonly delaySeconds: number;
}

const PARAMETERS = ["broker", "cacertfile", "delaySeconds", "fifo"];
/** Namespaces of the public cloud and of the sovereign ones. */
const SERVICE_BUS = /\.servicebus\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn|cloudapi\.de)$/;
const MAX_DELAY_SECONDS = 900;

/**
 * Reads `amqps://user:password@host:port/address`, user, password and address percent-encoded, with the parameters
 * - `cacertfile`: a file with the certificate (PEM) that the broker's certificate is to be verified against;
 * - `fifo=true`: the queue is FIFO (Service Bus: it requires sessions; RabbitMQ: it has a single active consumer);
 * - `delaySeconds`: the queue's delay, where the broker knows only delays of messages (Service Bus);
 * - `broker=servicebus` or `rabbitmq`: for a host whose name does not tell (an emulator, a name of one's own).
 *
 * @throws Error that shows no password
 */
export function amqpUrl(url: URL): AmqpUrl {
    const { hostname, searchParams } = url;
    const tls = url.protocol === "amqps:";
    const where = `Queue URL ${url.protocol}//…@${url.host}${url.pathname}`;
    if (!tls && !isLoopback(hostname)) {
        throw new Error(
            `${where} would send the password and messages in the clear; "amqp:" is allowed on loopback only. Use amqps.`,
        );
    }
    if (url.username === "" || url.password === "") {
        throw new Error(`${where} lacks a user or a password: use the URL of a binding, not an output of the Queue.`);
    }
    const path = url.pathname.slice(1);
    if (path === "") throw new Error(`${where} lacks its queue: expected "amqps://user:password@host:port/<queue>".`);
    for (const name of searchParams.keys()) {
        if (!PARAMETERS.includes(name)) {
            throw new Error(`${where} has the parameter "${name}"; known are ${PARAMETERS.join(", ")}.`);
        }
    }
    const delaySeconds = Number(searchParams.get("delaySeconds") ?? 0);
    if (!(delaySeconds >= 0 && delaySeconds <= MAX_DELAY_SECONDS)) {
        throw new Error(`${where} has delaySeconds=${searchParams.get("delaySeconds")}; allowed is 0 to 900.`);
    }
    const caFile = searchParams.get("cacertfile");
    return {
        host: hostname.replace(/^\[|\]$/g, ""),
        port: Number(url.port) || (tls ? 5671 : 5672),
        tls,
        username: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        path,
        ca: caFile === null ? undefined : pem(caFile, where),
        broker: SERVICE_BUS.test(hostname) ? "servicebus" : brokerOf(searchParams.get("broker"), where),
        fifo: oneOf(["true", "false"], searchParams.get("fifo") ?? "false", "fifo", where) === "true",
        delaySeconds,
    };
}

function brokerOf(value: string | null, where: string): BrokerName | undefined {
    return value === null ? undefined : oneOf<BrokerName>(["rabbitmq", "servicebus"], value, "broker", where);
}

function oneOf<T extends string>(allowed: readonly T[], value: string, name: string, where: string): T {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw new Error(`${where} has ${name}=${value}; allowed is ${allowed.join(" or ")}.`);
    return found;
}

function pem(file: string, where: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new Error(`${where} names cacertfile=${file}, which cannot be read: ${(error as Error).message}`, {
            cause: error,
        });
    }
}
