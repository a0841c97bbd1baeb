import type { Connection, Receiver, ReceiverOptions, Sender, SenderOptions, Session } from "rhea";
import { type Broker, brokerOf } from "./amqp-brokers.js";
import { Ending } from "./amqp-ending.js";
import { type AmqpFault, faultOf } from "./amqp-fault.js";
import type { AmqpUrl } from "./amqp-url.js";

export type Rhea = typeof import("rhea");

const CLOSE_MILLISECONDS = 5000;
const SESSION_ENDS = ["session_error", "session_close"] as const;
/** A peer that is silent for longer is taken for dead; both sides send something in half of it. */
const IDLE_MILLISECONDS = 30_000;

/** A link, and when it has ended. */
export interface Channel<L extends Sender | Receiver> {
    readonly link: L;
    /** Of link, session or connection. */
    readonly ending: Ending;
}

/** One connection to a broker, opened. */
export class AmqpConnection {
    readonly broker: Broker;
    readonly rhea: Rhea;
    readonly #connection: Connection;
    readonly #ending: Ending;
    #shared: Session | undefined;

    private constructor(rhea: Rhea, connection: Connection, broker: Broker, ending: Ending) {
        this.rhea = rhea;
        this.#connection = connection;
        this.broker = broker;
        this.#ending = ending;
    }

    /** @param onBroken called when the connection has ended, also by {@link close} */
    static async open(rhea: Rhea, url: AmqpUrl, onBroken: (reason: AmqpFault) => void): Promise<AmqpConnection> {
        const container = rhea.create_container();
        // What nobody listens to must not become an uncaught error of the app.
        container.on("error", () => undefined);
        const connection = container.connect({
            ...(url.tls
                ? { transport: "tls", minVersion: "TLSv1.2", ...(url.ca === undefined ? {} : { ca: url.ca }) }
                : { transport: "tcp" }),
            host: url.host,
            port: url.port,
            hostname: url.host,
            // An address is no name to ask for; it is still what the certificate is verified for.
            servername: /^[\d.]+$|:/.test(url.host) ? "" : url.host,
            username: url.username,
            password: url.password,
            reconnect: false,
            idle_time_out: IDLE_MILLISECONDS,
            container_id: `twelvefold-${process.pid}-${rhea.generate_uuid()}`,
        } as Parameters<typeof container.connect>[0]);
        const ending = new Ending();
        connection.on("connection_error", (context) => ending.end(faultOf(connection.error ?? context.error)));
        connection.on("connection_close", () => ending.end(faultOf(connection.error)));
        connection.on("disconnected", (context) => ending.end(faultOf(context.error)));
        try {
            await ending.answer<void>((resolve) => connection.once("connection_open", () => resolve()));
            const opened = new AmqpConnection(rhea, connection, brokerOf(connection, url), ending);
            ending.onEnd(onBroken);
            return opened;
        } catch (error) {
            destroy(connection);
            throw error;
        }
    }

    sender(options: SenderOptions): Channel<Sender> {
        return this.#channel(this.#begin().open_sender(options), "sender");
    }

    receiver(options: ReceiverOptions): Channel<Receiver> {
        const receiver = this.#begin().open_receiver({ credit_window: 0, autoaccept: false, ...options });
        beQuietAboutDrains(receiver);
        return this.#channel(receiver, "receiver");
    }

    /** Ends it at once. */
    drop(): void {
        destroy(this.#connection);
    }

    /** Says good-bye, after all that was said before. */
    async close(): Promise<void> {
        try {
            await this.#ending.answer<void>((resolve) => {
                this.#ending.onEnd(() => resolve());
                this.#connection.close();
            }, CLOSE_MILLISECONDS);
        } finally {
            destroy(this.#connection);
        }
    }

    /**
     * A session for a link: one of its own where the broker ends the session with the link that it refuses, else the
     * same for all, since a connection has only so many and links to sessions of Service Bus come and go.
     */
    #begin(): Session {
        if (this.#shared && !this.#shared.is_closed()) return this.#shared;
        const session = this.#connection.create_session();
        session.setMaxListeners(0);
        session.begin();
        if (this.broker.hasSessions) this.#shared = session;
        return session;
    }

    #channel<L extends Sender | Receiver>(link: L, role: "sender" | "receiver"): Channel<L> {
        const ending = new Ending();
        const stop = this.#ending.onEnd((fault) => ending.end(fault));
        ending.onEnd(stop);
        for (const event of [`${role}_error`, `${role}_close`]) link.on(event, () => ending.end(faultOf(link.error)));
        const { session } = link;
        const onSessionEnd = () => ending.end(faultOf(session.error));
        for (const event of SESSION_ENDS) {
            session.on(event, onSessionEnd);
            ending.onEnd(() => session.removeListener(event, onSessionEnd));
        }
        return { link, ending };
    }
}

/** With an error, since rhea ends its timers on one, but not when a socket closes without a word. */
function destroy(connection: Connection): void {
    const { socket } = connection as unknown as { socket?: { destroy(error: Error): void } };
    socket?.destroy(new Error("given up"));
}

/**
 * RabbitMQ 3 answers a drain twice, first with the credit that is left, of which rhea makes a line on standard error
 * and a wrong count of its own. Only the second one says that the drain is done.
 */
function beQuietAboutDrains(receiver: Receiver): void {
    interface Flow {
        readonly performative: { readonly drain?: boolean; readonly link_credit?: number };
    }
    const link = receiver as unknown as { on_flow(frame: Flow): void };
    const onFlow = link.on_flow;
    link.on_flow = function (frame) {
        const { drain, link_credit = 0 } = frame.performative;
        if (!drain || link_credit === 0) onFlow.call(this, frame);
    };
}
