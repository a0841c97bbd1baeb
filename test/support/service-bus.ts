/**
 * A stand-in for Azure Service Bus on loopback: AMQP 1.0 over TLS with SASL PLAIN, the links and `$management` as in
 * "AMQP 1.0 in Azure Service Bus and Event Hubs protocol guide" and "AMQP 1.0 in Azure Service Bus:
 * request-response-based operations" (learn.microsoft.com/azure/service-bus-messaging: service-bus-amqp-protocol-guide,
 * service-bus-amqp-request-response). The real service has never been asked.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo, Server, Socket } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import rhea, { type Connection, type Delivery, type EventContext, type Receiver, type Sender } from "rhea";
import { type CertificateFiles, selfSignedCertificate } from "#dist/providers/local/proxy/certificate.js";
import { type QueueSettings, type Refused, ServiceBusQueue } from "./service-bus-queue.js";

type Right = "Send" | "Listen";

interface Rule {
    readonly key: string;
    readonly queue: string;
    readonly right: Right;
}

const SESSION_FILTER = "com.microsoft:session-filter";
const MANAGEMENT = "/$management";
const DEAD = "/$deadletterqueue";
/** How often it looks for locks that ended and messages whose time has come. */
const TICK_MILLISECONDS = 50;
/** It says so at once that there is no session, where the service waits for the time that the link asks for. */
const NO_SESSION_MILLISECONDS = 100;

/** A delivery's tag is its token as .NET writes a GUID: the first three groups turned round. */
const turned = (bytes: Buffer) =>
    Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((i) => bytes[i] ?? 0));

export class ServiceBus {
    readonly #home: string;
    readonly #files: CertificateFiles;
    readonly #container = rhea.create_container();
    readonly #rules = new Map<string, Rule>();
    readonly #queues = new Map<string, ServiceBusQueue>();
    readonly #receivers = new Map<Sender, { readonly queue: ServiceBusQueue; readonly session: string | undefined }>();
    readonly #replies = new Map<string, Sender>();
    readonly #sockets = new Set<Socket>();
    readonly #timer = setInterval(() => this.#deliver(), TICK_MILLISECONDS);
    #scheduled: NodeJS.Immediate | undefined;
    #server: Server | undefined;
    #port = 0;

    private constructor(home: string, files: CertificateFiles) {
        this.#home = home;
        this.#files = files;
        this.#container.sasl_server_mechanisms.enable_plain(
            (name: string, key: string) => this.#rules.get(name)?.key === key,
        );
        this.#container.on(
            "receiver_open",
            ({ receiver, connection }: EventContext) => receiver && this.#onSender(receiver, connection),
        );
        this.#container.on(
            "sender_open",
            ({ sender, connection }: EventContext) => sender && this.#onReceiver(sender, connection),
        );
        this.#container.on("sender_close", ({ sender }: EventContext) => sender && this.#forget(sender));
        this.#container.on("sender_draining", ({ sender }: EventContext) => {
            if (!sender) return;
            this.#giveTo(sender);
            sender.set_drained(true);
        });
        this.#container.on("message", (context: EventContext) => this.#onMessage(context));
        for (const outcome of ["accepted", "released", "modified", "rejected"] as const) {
            this.#container.on(outcome, ({ sender, delivery }: EventContext) => {
                if (sender && delivery) this.#settle(sender, delivery, outcome);
            });
        }
        this.#container.on("disconnected", ({ connection }: EventContext) => {
            for (const sender of [...this.#receivers.keys()])
                if (sender.connection === connection) this.#forget(sender);
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
        const sendRule = this.#rule(name, "Send");
        const listenRule = this.#rule(name, "Listen");
        return {
            sendUrl: this.#url(sendRule, name) + fifo,
            receiveUrl: this.#url(listenRule, name) + fifo,
            deadLetterReceiveUrl: this.#url(listenRule, name + DEAD),
        };
    }

    depth(name: string): number {
        return this.#queues.get(name)?.depth ?? 0;
    }

    /** Cuts all connections without a word and takes none for a moment; what was accepted is kept, as by the service. */
    async interrupt(): Promise<void> {
        await this.#hangUp();
        await this.#listen();
    }

    async stop(): Promise<void> {
        clearInterval(this.#timer);
        clearImmediate(this.#scheduled);
        await this.#hangUp();
        rmSync(this.#home, { recursive: true, force: true });
    }

    #rule(queue: string, right: Right): string {
        const name = `${queue}-${right.toLowerCase()}`;
        // Base64 with all that a URL has to encode.
        this.#rules.set(name, { key: `+/${randomBytes(30).toString("base64")}=`, queue, right });
        return name;
    }

    #url(rule: string, entity: string): string {
        const key = encodeURIComponent(this.#rules.get(rule)?.key ?? "");
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
        this.#server.on("connection", (socket) => this.#sockets.add(socket));
        await once(this.#server, "listening");
        this.#port = (this.#server.address() as AddressInfo).port;
    }

    async #hangUp(): Promise<void> {
        const closed = this.#server && once(this.#server, "close");
        this.#server?.close();
        for (const socket of this.#sockets) socket.destroy();
        this.#sockets.clear();
        await closed;
    }

    /** Why an attach is refused; "Service Bus authentication and authorization". */
    #refusal(connection: Connection, entity: string, right: Right): Refused | undefined {
        const name =
            (connection as unknown as { sasl_transport?: { username?: string } }).sasl_transport?.username ?? "";
        const rule = this.#rules.get(name);
        const queue = entity.replace(MANAGEMENT, "");
        if (!this.#queues.has(queue)) {
            return { condition: "amqp:not-found", description: `The messaging entity '${queue}' could not be found.` };
        }
        if (rule?.right === right && rule.queue === queue.replace(DEAD, "")) return undefined;
        return {
            condition: "amqp:unauthorized-access",
            description: `Unauthorized access. '${right}' claim(s) are required to perform this operation.`,
        };
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
        this.#receivers.set(sender, { queue, session });
    }

    #onMessage({ receiver, delivery, message, connection }: EventContext): void {
        if (!receiver || !delivery || !message) return;
        const address = String(receiver.target?.address ?? "");
        if (address.endsWith(MANAGEMENT)) {
            this.#answer(address, message as never, connection);
            return;
        }
        const { content } = message.body as { content: Buffer };
        const refused = this.#queues.get(address)?.send({ ...message, body: rhea.message.data_section(content) });
        if (refused) delivery.reject(refused as never);
        else delivery.accept();
        this.#deliver();
    }

    /** Gives messages to whoever has credit; later, for rhea counts credit when it has written what was sent. */
    #deliver(): void {
        clearImmediate(this.#scheduled);
        this.#scheduled = setImmediate(() => {
            for (const sender of this.#receivers.keys()) this.#giveTo(sender);
        });
    }

    #giveTo(sender: Sender): void {
        const { queue, session } = this.#receivers.get(sender) ?? {};
        if (!queue) return;
        // The link is detached when its session is lost.
        if (session !== undefined && queue.sessions.get(session)?.owner !== sender) {
            this.#forget(sender);
            sender.close({
                condition: "com.microsoft:session-lock-lost",
                description: "The session lock has expired.",
            });
            return;
        }
        const { credit } = sender as unknown as { readonly credit: number };
        for (let left = credit; left > 0; left--) {
            const stored = queue.lockNext(sender, session);
            if (!stored?.lock) return;
            const { message, sequence, enqueuedAt, deliveries, lock } = stored;
            const annotations = {
                "x-opt-sequence-number": sequence,
                "x-opt-enqueued-time": rhea.types.wrap_timestamp(enqueuedAt),
                // Of a session the lock counts, not the message's.
                ...(session === undefined ? { "x-opt-locked-until": rhea.types.wrap_timestamp(lock.until) } : {}),
            };
            sender.send({ ...message, delivery_count: deliveries - 1, message_annotations: annotations }, lock.token);
        }
    }

    /** Answers a disposition that is not settled: with its outcome, or that the lock was lost. */
    #settle(sender: Sender, delivery: Delivery, outcome: "accepted" | "released" | "modified" | "rejected"): void {
        const { queue } = this.#receivers.get(sender) ?? {};
        if (!queue) return;
        const stored = queue.locked(Buffer.from(delivery.tag));
        const { accepted, rejected } = rhea.message as unknown as Record<
            string,
            (fields?: object) => { described(): object }
        >;
        if (!stored) {
            const error = {
                condition: "com.microsoft:message-lock-lost",
                description: "The lock supplied is invalid.",
            };
            delivery.update(true, rejected?.({ error }).described() as never);
            return;
        }
        if (outcome === "accepted") queue.complete(stored);
        else queue.abandon(stored);
        delivery.update(true, accepted?.().described() as never);
        this.#deliver();
    }

    #forget(sender: Sender): void {
        const known = this.#receivers.get(sender);
        this.#receivers.delete(sender);
        // Locks of messages outlive the link ("Message transfers, locks, and settlement"), those of sessions do not.
        if (known?.session !== undefined) known.queue.unlockSession(sender);
    }

    #answer(address: string, request: Record<string, never>, connection: Connection): void {
        const queue = this.#queues.get(address.replace(MANAGEMENT, ""));
        const { operation } =
            (request as { application_properties?: { operation?: string } }).application_properties ?? {};
        const reply = this.#replies.get(String(request.reply_to));
        if (!queue || !reply || reply.connection !== connection) return;
        const respond = (statusCode: number, body: object) =>
            reply.send({
                correlation_id: request.message_id,
                application_properties: { statusCode: rhea.types.wrap_int(statusCode), statusDescription: operation },
                body,
            } as never);
        const until = Date.now() + queue.settings.lockSeconds * 1000;
        if (operation === "com.microsoft:renew-lock") {
            const [token] = (request.body as { "lock-tokens": readonly Buffer[] })["lock-tokens"];
            const stored = token && queue.locked(turned(token));
            if (!stored?.lock) return void respond(410, {});
            stored.lock.until = until;
            return void respond(200, { expirations: rhea.types.wrap_array([until], 0x83, undefined) });
        }
        if (operation === "com.microsoft:renew-session-lock") {
            const session = queue.sessions.get((request.body as { "session-id": string })["session-id"]);
            queue.expire();
            if (!session || session.until <= Date.now()) return void respond(410, {});
            session.until = until;
            queue.renewOf(session.owner, until);
            return void respond(200, { expiration: rhea.types.wrap_timestamp(until) });
        }
        respond(501, {});
    }
}
