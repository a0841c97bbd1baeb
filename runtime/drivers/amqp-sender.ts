import type { Delivery, EventContext, Message, Sender } from "rhea";
import type { AmqpConnection, Channel } from "./amqp-connection.js";
import { AmqpFault, faultOf } from "./amqp-fault.js";
import { RefusedError } from "./driver.js";

/** Sends on one link, many messages under way at a time. */
export class AmqpSender {
    readonly channel: Channel<Sender>;
    readonly #waiting = new Map<Delivery, (outcome: RefusedError | undefined) => void>();

    constructor(connection: AmqpConnection, address: string) {
        this.channel = connection.sender({ target: { address }, treat_modified_as_released: false } as never);
        const { link } = this.channel;
        link.on("accepted", ({ delivery }: EventContext) => this.#settle(delivery));
        link.on("rejected", ({ delivery }: EventContext) => {
            const { error } = (delivery?.remote_state ?? {}) as { error?: unknown };
            const fault = faultOf(error ?? { condition: "amqp:rejected", description: "rejected, it may be full" });
            this.#settle(delivery, new RefusedError(fault.message, { cause: fault }));
        });
        for (const outcome of ["released", "modified"]) {
            link.on(outcome, ({ delivery }: EventContext) =>
                this.#settle(delivery, new RefusedError(`${outcome}: there is no queue that takes it`)),
            );
        }
    }

    /**
     * Resolves when the broker has answered: with nothing when it accepted the message, which it does of a durable one
     * on a durable queue when it is stored; else with why it did not.
     *
     * @throws AmqpFault when the link ended before it did, or it refused for the moment only
     */
    async send(message: Message): Promise<RefusedError | undefined> {
        let delivery: Delivery | undefined;
        try {
            const refused = await this.channel.ending.answer<RefusedError | undefined>((resolve) => {
                delivery = this.channel.link.send(message);
                this.#waiting.set(delivery, resolve);
            });
            if (refused?.cause instanceof AmqpFault && refused.cause.isPassing) throw refused.cause;
            return refused;
        } finally {
            if (delivery) this.#waiting.delete(delivery);
        }
    }

    #settle(delivery: Delivery | undefined, error?: RefusedError): void {
        if (delivery) this.#waiting.get(delivery)?.(error);
    }
}
