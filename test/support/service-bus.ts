/**
 * A stand-in for Azure Service Bus on loopback: AMQP 1.0 over TLS with SASL PLAIN, the links and `$management` as in
 * "AMQP 1.0 in Azure Service Bus and Event Hubs protocol guide" and "AMQP 1.0 in Azure Service Bus:
 * request-response-based operations" (learn.microsoft.com/azure/service-bus-messaging: service-bus-amqp-protocol-guide,
 * service-bus-amqp-request-response). The real service has never been asked.
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo, Server, Socket } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import rhea, { type Connection, type EventContext, type Message, type Receiver, type Sender } from "rhea";
import { type CertificateFiles, selfSignedCertificate } from "#dist/providers/local/proxy/certificate.js";
import { Deliveries, OUTCOMES } from "./service-bus-delivery.js";
import { managed } from "./service-bus-management.js";
import { type QueueSettings, type Refused, ServiceBusQueue } from "./service-bus-queue.js";
import { type Right, Rights } from "./service-bus-rights.js";

const SESSION_FILTER = "com.microsoft:session-filter";
const MANAGEMENT = "/$management";
const DEAD = "/$deadletterqueue";
/** How often it looks for locks that ended and messages whose time has come. */
const TICK_MILLISECONDS = 50;
/** It says so at once that there is no session, where the service waits for the time that the link asks for. */
const NO_SESSION_MILLISECONDS = 100;

export class ServiceBus {
    readonly #home: string;
    readonly #files: CertificateFiles;
    readonly #container = rhea.create_container();
    readonly #rights = new Rights();
    readonly #queues = new Map<string, ServiceBusQueue>();
    readonly #deliveries = new Deliveries();
    readonly #replies = new Map<string, Sender>();
    readonly #sockets = new Set<Socket>();
    readonly #timer = setInterval(() => this.#deliveries.give(), TICK_MILLISECONDS);
    #server: Server | undefined;
    #port = 0;

    private constructor(home: string, files: CertificateFiles) {
        this.#home = home;
        this.#files = files;
        this.#container.sasl_server_mechanisms.enable_plain(
            (name: string, key: string) => this.#rights.keyOf(name) === key,
        );
        this.#container.on(
            "receiver_open",
            ({ receiver, connection }: EventContext) => receiver && this.#onSender(receiver, connection),
        );
        this.#container.on(
            "sender_open",
            ({ sender, connection }: EventContext) => sender && this.#onReceiver(sender, connection),
        );
        this.#container.on("sender_close", ({ sender }: EventContext) => sender && this.#deliveries.forget(sender));
        this.#container.on("sender_draining", ({ sender }: EventContext) => {
            if (!sender) return;
            this.#deliveries.giveTo(sender);
            sender.set_drained(true);
        });
        this.#container.on("message", (context: EventContext) => this.#onMessage(context));
        for (const outcome of OUTCOMES) {
            this.#container.on(outcome, ({ sender, delivery }: EventContext) => {
                if (sender && delivery) this.#deliveries.settle(sender, delivery, outcome);
            });
        }
        this.#container.on("disconnected", ({ connection }: EventContext) => {
            this.#deliveries.forgetAllOf(connection);
        });
        for (const event of ["error", "connection_error", "session_error", "sender_error", "receiver_error"]) {
            this.#container.on(event, () => undefined);
        }
    }

    static async start(): Promise<ServiceBus> {
        const home = mkdtempSync(path.join(os.tmpdir(), "twelvefold-servicebus-"));
        const bus = new ServiceBus(home, await selfSignedCertificate("127.0.0.1", home));
        await bus.#listen();
        return bus;
    }

    /** One rule for each right, as the azure target makes one per binding. */
    createQueue(name: string, settings: QueueSettings) {
        const plain = { ...settings, requiresSession: false, duplicateDetection: false, maxDeliveryCount: 1_000_000 };
        const dead = new ServiceBusQueue(plain);
        this.#queues.set(name, new ServiceBusQueue(settings, dead)).set(name + DEAD, dead);
        const fifo = settings.requiresSession ? "&fifo=true" : "";
        const sendRule = this.#rights.add(name, "Send");
        const listenRule = this.#rights.add(name, "Listen");
        return {
            sendUrl: this.#url(sendRule, name) + fifo,
            receiveUrl: this.#url(listenRule, name) + fifo,
            deadLetterReceiveUrl: this.#url(listenRule, name + DEAD),
        };
    }

    depth(name: string): number {
        return this.#queues.get(name)?.depth ?? 0;
    }

    /** Takes the locks of all sessions of a queue away, as when they have expired. */
    loseSessions(name: string): void {
        this.#queues.get(name)?.sessions.clear();
    }

    /** Cuts all connections without a word and takes none for a moment; what was accepted is kept, as by the service. */
    async interrupt(): Promise<void> {
        await this.#hangUp();
        await this.#listen();
    }

    async stop(): Promise<void> {
        clearInterval(this.#timer);
        this.#deliveries.stop();
        await this.#hangUp();
        rmSync(this.#home, { recursive: true, force: true });
    }

    #url(rule: string, entity: string): string {
        const key = encodeURIComponent(this.#rights.keyOf(rule) ?? "");
        const ca = encodeURIComponent(this.#files.certFile);
        return `amqps://${rule}:${key}@127.0.0.1:${this.#port}/${entity}?broker=servicebus&cacertfile=${ca}`;
    }

    async #listen(): Promise<void> {
        const options = {
            host: "127.0.0.1",
            port: this.#port,
            transport: "tls",
            cert: readFileSync(this.#files.certFile),
            key: readFileSync(this.#files.keyFile),
            require_sasl: true,
        };
        this.#server = this.#container.listen(options as never) as Server;
        this.#server.on("secureConnection", (socket: Socket) => this.#sockets.add(socket));
        await once(this.#server, "listening");
        this.#port = (this.#server.address() as AddressInfo).port;
    }

    async #hangUp(): Promise<void> {
        const closed = this.#server && once(this.#server, "close");
        this.#server?.close();
        // rhea takes notice of an error, not of a socket that closes without one.
        for (const socket of this.#sockets) socket.destroy(new Error("cut"));
        this.#sockets.clear();
        await closed;
    }

    #refusal(connection: Connection, entity: string, right: Right): Refused | undefined {
        const queue = entity.replace(MANAGEMENT, "");
        if (!this.#queues.has(queue)) {
            return { condition: "amqp:not-found", description: `The messaging entity '${queue}' could not be found.` };
        }
        const { sasl_transport } = connection as unknown as { sasl_transport?: { username?: string } };
        return this.#rights.refusal(sasl_transport?.username, queue.replace(DEAD, ""), right);
    }

    /** A client that sends: messages, or requests. */
    #onSender(receiver: Receiver, connection: Connection): void {
        const address = String(receiver.target?.address ?? "");
        const refused = this.#refusal(connection, address, address.endsWith(MANAGEMENT) ? "Listen" : "Send");
        if (refused) receiver.close(refused);
        else receiver.set_target({ address } as never);
    }

    /** A client that receives: messages, those of a session, or responses. */
    #onReceiver(sender: Sender, connection: Connection): void {
        const address = String(sender.source?.address ?? "");
        const refused = this.#refusal(connection, address, "Listen");
        if (refused) {
            sender.close(refused);
            return;
        }
        if (address.endsWith(MANAGEMENT)) {
            this.#replies.set(String(sender.target?.address), sender);
            sender.set_source({ address } as never);
            return;
        }
        const queue = this.#queues.get(address);
        if (!queue) return;
        const filter = sender.source?.filter as Record<string, unknown> | undefined;
        const ofSession = filter !== undefined && SESSION_FILTER in filter;
        if (queue.settings.requiresSession !== ofSession) {
            sender.close({
                condition: "amqp:not-allowed",
                description:
                    "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.",
            });
            return;
        }
        const session = ofSession ? queue.lockSession(sender) : undefined;
        if (ofSession && session === undefined) {
            const none = { condition: "com.microsoft:timeout", description: "There is no session with messages." };
            setTimeout(() => sender.close(none), NO_SESSION_MILLISECONDS);
            return;
        }
        sender.set_source({
            address,
            ...(session === undefined ? {} : { filter: { [SESSION_FILTER]: session } }),
        } as never);
        this.#deliveries.add(sender, queue, session);
    }

    #onMessage({ receiver, delivery, message, connection }: EventContext): void {
        if (!receiver || !delivery || !message) return;
        const address = String(receiver.target?.address ?? "");
        if (address.endsWith(MANAGEMENT)) {
            this.#answer(address, message, connection);
            return;
        }
        const { content } = message.body as { content: Buffer };
        const refused = this.#queues.get(address)?.send({ ...message, body: rhea.message.data_section(content) });
        if (refused) delivery.reject(refused as never);
        else delivery.accept();
        this.#deliveries.give();
    }

    #answer(address: string, request: Message, connection: Connection): void {
        const queue = this.#queues.get(address.replace(MANAGEMENT, ""));
        const reply = this.#replies.get(String(request.reply_to));
        if (!queue || reply?.connection !== connection) return;
        reply.send({ correlation_id: request.message_id, ...managed(queue, request) } as Message);
    }
}
