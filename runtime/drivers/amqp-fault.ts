import { isOfNetwork } from "./link.js";

/** Why a broker ended or refused something. */
export class AmqpFault extends Error {
    /** Of AMQP or of the broker, such as `amqp:not-found`; undefined: the connection went away without a word. */
    readonly condition: string | undefined;
    /** May another attempt succeed? */
    readonly isPassing: boolean;

    constructor(message: string, condition: string | undefined, isPassing: boolean, cause?: unknown) {
        super(message, { cause });
        this.condition = condition;
        this.isPassing = isPassing;
    }
}

/** Conditions that are about the moment, not about what was asked (AMQP 1.0 part 2, Service Bus's exceptions). */
const PASSING = new Set([
    "amqp:connection:forced",
    "amqp:link:detach-forced",
    "amqp:internal-error",
    "amqp:session:unattached-handle",
    "com.microsoft:server-busy",
    "com.microsoft:timeout",
    "com.microsoft:operation-cancelled",
    "com.microsoft:container-close",
]);

/** What rhea has of an end: an error of AMQP, one of Node, or nothing. */
export function faultOf(error: unknown): AmqpFault {
    if (error instanceof AmqpFault) return error;
    const { condition, description, message, code } = (error ?? {}) as Record<string, string | undefined>;
    if (condition !== undefined) {
        return new AmqpFault(
            `${description ?? message ?? ""} (${condition})`,
            condition,
            PASSING.has(condition),
            error,
        );
    }
    if (error === undefined || error === null) return new AmqpFault("the connection was closed", undefined, true);
    const isCertificate = /CERT|SIGNATURE|ISSUER|ERR_TLS|ERR_SSL/.test(code ?? "");
    const text = message || code || String(error);
    const advice = "the URL's parameter cacertfile names the file of an authority that Node does not know";
    return isCertificate
        ? new AmqpFault(`the broker's certificate cannot be verified: ${text} (${code}); ${advice}`, code, false, error)
        : new AmqpFault(text, code, isOfNetwork(error) || code === undefined, error);
}

/** Faults that say what a binding lacks, in its words. */
export function explained(queue: string, right: "send" | "receive", error: unknown): unknown {
    const condition = error instanceof AmqpFault ? error.condition : undefined;
    const [act, binding] = right === "send" ? ["send to", "toSend()"] : ["receive from", "toReceive()"];
    if (condition === "amqp:unauthorized-access") {
        return new Error(
            `This URL gives no right to ${act} ${queue} (${textOf(error)}). Use the URL of a binding made with ${binding}.`,
            { cause: error },
        );
    }
    if (condition === "amqp:not-found") {
        return new Error(`${queue} does not exist (${textOf(error)}).`, { cause: error });
    }
    if (error instanceof AmqpFault && error.message.includes("requires sessions")) {
        return new Error(`${queue} requires sessions: add fifo=true to its URL.`, { cause: error });
    }
    return error instanceof AmqpFault ? new Error(`${queue}: ${error.message}`, { cause: error }) : error;
}

function textOf(error: unknown): string {
    return (error as Error).message;
}
