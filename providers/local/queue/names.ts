import { sqlName } from "../postgres/names.js";
import type { ResultOf, SecretResultOf } from "../spec.js";
import { QUEUE_DATABASE } from "./setup.js";

/** The login roles of one queue. The dot keeps them apart from the roles of databases, whose names have none. */
export interface QueueRoles {
    readonly send: string;
    readonly receive: string;
    /** May receive the dead letters, and nothing from the queue itself. */
    readonly dead: string;
}

export function queueRoles(queue: string): QueueRoles {
    const base = sqlName(queue);
    return { send: `${base}.send`, receive: `${base}.receive`, dead: `${base}.dead` };
}

/** Dead letters are a queue of their own, which only receives what its queue gives up on. */
export function deadLettersOf(queue: string): string {
    return `${queue}/dead`;
}

/**
 * URLs of a queue: `postgresql://<role>:<password>@127.0.0.1:<port>/twelvefold_queues?queue=<name>&sslmode=disable`.
 * That of the dead letters differs in the role and in `queue=<name>/dead`.
 */
export function queueUrls(
    queue: string,
    port: number,
    passwords: Readonly<Record<keyof QueueRoles, string>>,
): ResultOf<"queue"> & SecretResultOf<"queue"> {
    const roles = queueRoles(queue);
    const dead = deadLettersOf(queue);
    return {
        url: queueUrl(queue, port),
        deadLetterUrl: queueUrl(dead, port),
        sendUrl: queueUrl(queue, port, roles.send, passwords.send),
        receiveUrl: queueUrl(queue, port, roles.receive, passwords.receive),
        deadLetterReceiveUrl: queueUrl(dead, port, roles.dead, passwords.dead),
    };
}

function queueUrl(queue: string, port: number, role?: string, password?: string): string {
    const login = role === undefined ? "" : `${encodeURIComponent(role)}:${encodeURIComponent(password ?? "")}@`;
    const name = encodeURIComponent(queue).replaceAll("%2F", "/");
    return `postgresql://${login}127.0.0.1:${port}/${QUEUE_DATABASE}?queue=${name}&sslmode=disable`;
}
