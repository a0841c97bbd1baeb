import { type OutgoingMessage, type Refusal, RefusedError } from "./driver.js";

/** What a queue that cannot say no by itself must not be given. */
export interface Rules {
    /** As a user knows it. */
    readonly name: string;
    readonly fifo: boolean;
    /** Why there is no delay here; undefined: there is one. */
    readonly noDelay?: string | undefined;
    /** Why there is no deduplication here; undefined: there is one. */
    readonly noDeduplication?: string | undefined;
}

/** Parts messages that the rules allow from the others, in order. */
export function judged(
    messages: readonly OutgoingMessage[],
    rules: Rules,
): { readonly allowed: readonly OutgoingMessage[]; readonly refusals: readonly Refusal[] } {
    const refusals = messages.flatMap((message) => {
        const reason = reasonAgainst(message, rules);
        return reason === undefined ? [] : [{ message, error: new RefusedError(reason) }];
    });
    const refused = new Set(refusals.map(({ message }) => message));
    return { allowed: messages.filter((message) => !refused.has(message)), refusals };
}

function reasonAgainst(message: OutgoingMessage, rules: Rules): string | undefined {
    const { name, fifo, noDelay, noDeduplication } = rules;
    const { groupId, deduplicationId, delaySeconds } = message;
    if (fifo && groupId === undefined) return `${name} is FIFO: a message needs a groupId.`;
    if (fifo && delaySeconds) return `${name} is FIFO: its messages have no delaySeconds of their own.`;
    if (!fifo && (groupId !== undefined || deduplicationId !== undefined)) {
        return `${name} is not FIFO: groupId and deduplicationId are for FIFO queues.`;
    }
    if (delaySeconds && noDelay !== undefined) return `${name} has no delaySeconds: ${noDelay}`;
    if (deduplicationId !== undefined && noDeduplication !== undefined) {
        return `${name} has no deduplicationId: ${noDeduplication}`;
    }
    return undefined;
}
