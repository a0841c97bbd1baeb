/**
 * A real RabbitMQ (the Debian package, 3.10, with its AMQP 1.0 plug-in) on loopback, with everything of its own: node
 * name, ports, port mapper (epmd), cookie, data. Use after `needs("rabbitmq")`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CertificateFiles, selfSignedCertificate } from "#dist/providers/local/proxy/certificate.js";
import { ended, freePorts } from "./processes.js";

/** The one beside it in PATH wants to be the user rabbitmq. */
const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const PLUGINS = "[rabbitmq_amqp1_0,rabbitmq_management].";
const PORTS = ["amqp", "amqps", "management", "distribution", "epmd"] as const;

/** How often a queue tells how many messages it has; by itself every 5 seconds. */
const TICK_MILLISECONDS = 200;

/**
 * Where its queues' data is, RabbitMQ writes to disk when none was declared for half a second; it then loses a younger
 * queue to a loss of power, says that the queue is there, and never answers what is sent to it.
 */
const DECLARED_MILLISECONDS = 2000;

/** Until its management API answers; use it for the hook that calls {@link Rabbitmq.start}. */
export const RABBITMQ_MILLISECONDS = 180_000;

type Ports = Readonly<Record<(typeof PORTS)[number], number>>;

export interface QueueSettings {
    readonly maxDeliveries: number;
    readonly fifo?: boolean;
}

export class Rabbitmq {
    /** Who signed the server's certificate (itself). */
    readonly caFile: string;
    readonly #home: string;
    readonly #ports: Ports;
    #epmd: ChildProcess | undefined;
    #server: ChildProcess | undefined;
    #declaredAt = 0;

    private constructor(home: string, ports: Ports, { certFile, keyFile }: CertificateFiles) {
        this.#home = home;
        this.caFile = certFile;
        this.#ports = ports;
        const file = (name: string, text: string) => {
            writeFileSync(path.join(this.#home, name), text);
            return path.join(this.#home, name);
        };
        mkdirSync(path.join(this.#home, "data"));
        file("plugins", PLUGINS);
        const settings = [
            `listeners.tcp.default = 127.0.0.1:${ports.amqp}`,
            `listeners.ssl.default = 127.0.0.1:${ports.amqps}`,
            `ssl_options.certfile = ${certFile}`,
            `ssl_options.keyfile = ${keyFile}`,
            `ssl_options.cacertfile = ${this.caFile}`,
            "management.tcp.ip = 127.0.0.1",
            `management.tcp.port = ${ports.management}`,
            "log.console = true",
            "log.file = false",
        ];
        file("rabbitmq.conf", `${settings.join("\n")}\n`);
    }

    static async start(): Promise<Rabbitmq> {
        const free = await freePorts(PORTS.length);
        const ports = Object.fromEntries(PORTS.map((name, i) => [name, free[i]])) as Ports;
        const home = mkdtempSync(path.join(os.tmpdir(), "twelvefold-rabbitmq-"));
        const rabbitmq = new Rabbitmq(home, ports, await selfSignedCertificate("127.0.0.1", home));
        await rabbitmq.start();
        return rabbitmq;
    }

    /** A URL of the binding's form, over TLS with verification. @param address such as `queues/mail` */
    url(user: string, password: string, address: string, fifo = false): string {
        const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        const ca = encodeURIComponent(this.caFile);
        return `amqps://${who}@127.0.0.1:${this.#ports.amqps}/${address}?cacertfile=${ca}${fifo ? "&fifo=true" : ""}`;
    }

    /** The same without TLS, which is allowed on loopback. */
    plainUrl(user: string, password: string, address: string): string {
        const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        return `amqp://${who}@127.0.0.1:${this.#ports.amqp}/${address}`;
    }

    /** Resolves when it takes connections; also after {@link kill}, with the data that it had. */
    async start(): Promise<void> {
        const env = {
            PATH: process.env.PATH ?? "",
            HOME: this.#home,
            ERL_EPMD_PORT: String(this.#ports.epmd),
            ERL_EPMD_ADDRESS: "127.0.0.1",
            RABBITMQ_NODENAME: `twelvefold-${this.#ports.amqp}@localhost`,
            RABBITMQ_DIST_PORT: String(this.#ports.distribution),
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: [
                "-noinput -kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
                `-rabbit quorum_tick_interval ${TICK_MILLISECONDS} collect_statistics_interval ${TICK_MILLISECONDS}`,
            ].join(" "),
            RABBITMQ_MNESIA_BASE: path.join(this.#home, "data"),
            RABBITMQ_LOG_BASE: this.#home,
            RABBITMQ_CONFIG_FILE: path.join(this.#home, "rabbitmq.conf"),
            RABBITMQ_ENABLED_PLUGINS_FILE: path.join(this.#home, "plugins"),
            RABBITMQ_CONF_ENV_FILE: "/dev/null",
            // Without it a shell stands between us and the server.
            RABBITMQ_ALLOW_INPUT: "true",
        };
        this.#epmd ??= spawn("epmd", ["-address", "127.0.0.1", "-port", String(this.#ports.epmd)], { env });
        const log = path.join(this.#home, "log");
        const server = spawn("/bin/sh", ["-c", `exec "${SERVER}" >>"${log}" 2>&1`], { env, stdio: "ignore" });
        this.#server = server;
        while (!(await this.#answers())) {
            if (server.exitCode !== null || server.signalCode !== null) {
                throw new Error(`RabbitMQ ended while it started:\n${readFileSync(log, "utf8").slice(-4000)}`);
            }
            await sleep(100);
        }
    }

    /** As if the machine had lost its power. */
    async kill(): Promise<void> {
        await sleep(Math.max(0, this.#declaredAt + DECLARED_MILLISECONDS - performance.now()));
        await ended(this.#server, "SIGKILL");
    }

    /** Ends all processes and removes all files. */
    async destroy(): Promise<void> {
        await ended(this.#server, "SIGTERM");
        await ended(this.#epmd, "SIGTERM");
        rmSync(this.#home, { recursive: true, force: true });
    }

    /**
     * What the kubernetes target makes of a Queue: a quorum queue with its exchange, a policy with the delivery limit
     * and the dead-letter queue `<name>-dead`, one user that may only send and one that may only receive.
     */
    async createQueue(name: string, { maxDeliveries, fifo = false }: QueueSettings) {
        const quorum = { durable: true, arguments: { "x-queue-type": "quorum" } };
        const single = { ...quorum, arguments: { ...quorum.arguments, "x-single-active-consumer": true } };
        await this.manage("PUT", `queues/%2F/${name}-dead`, quorum);
        await this.manage("PUT", `policies/%2F/${name}`, {
            pattern: `^${name}$`,
            "apply-to": "queues",
            definition: {
                // RabbitMQ counts returns: the limit is one less than the deliveries.
                "delivery-limit": maxDeliveries - 1,
                "dead-letter-exchange": "",
                "dead-letter-routing-key": `${name}-dead`,
                "dead-letter-strategy": "at-least-once",
                overflow: "reject-publish",
            },
        });
        await this.manage("PUT", `queues/%2F/${name}`, fifo ? single : quorum);
        await this.manage("PUT", `exchanges/%2F/${name}`, { type: "direct", durable: true });
        await this.manage("POST", `bindings/%2F/e/${name}/q/${name}`, { routing_key: name });
        const none = { configure: "", write: "", read: "" };
        this.#declaredAt = performance.now();
        const sender = await this.#user(`${name}.send`, { ...none, write: `^${name}$` });
        const receiver = await this.#user(`${name}.receive`, { ...none, read: `^${name}(-dead)?$` });
        return {
            sendUrl: this.url(...sender, `exchanges/${name}/${name}`, fifo),
            receiveUrl: this.url(...receiver, `queues/${name}`, fifo),
            deadLetterReceiveUrl: this.url(...receiver, `queues/${name}-dead`),
        };
    }

    /** Messages in a queue, in hand or not. It counts them once in a while, so this waits for the next count. */
    async depth(name: string): Promise<number> {
        await sleep(3 * TICK_MILLISECONDS);
        const { messages = 0 } = (await this.manage("GET", `queues/%2F/${name}`)) as { messages?: number };
        return messages;
    }

    /** One call of the management HTTP API. @throws when it is refused */
    async manage(method: string, resource: string, body?: object): Promise<unknown> {
        const answer = await fetch(`http://127.0.0.1:${this.#ports.management}/api/${resource}`, {
            method,
            headers: { authorization: `Basic ${btoa("guest:guest")}`, "content-type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${resource}: ${answer.status} ${text}`);
        return text === "" ? undefined : JSON.parse(text);
    }

    async #user(name: string, permissions: object): Promise<[user: string, password: string]> {
        // As hard for a URL as a key of Service Bus is.
        const password = "p+/=:@ ss";
        await this.manage("PUT", `users/${name}`, { password, tags: "" });
        await this.manage("PUT", `permissions/%2F/${name}`, permissions);
        return [name, password];
    }

    async #answers(): Promise<boolean> {
        try {
            await this.manage("GET", `health/checks/port-listener/${this.#ports.amqps}`);
            return true;
        } catch {
            return false;
        }
    }
}
