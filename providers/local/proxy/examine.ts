import type { IncomingMessage } from "node:http";
import type { Gate } from "./gate.js";
import { type Peer, type RequestFields, readRequest, readTarget } from "./headers.js";
import { CLOSE, type OwnAnswer, redirect } from "./own-answer.js";

/** A request as far as it needs no app: what it asks for, and the answer when that is ours to give. */
export interface Examined {
    readonly fields?: RequestFields;
    readonly path: string;
    readonly hasBody: boolean;
    /** Asks for another protocol. */
    readonly upgrade: boolean;
    readonly answer?: OwnAnswer;
}

/** @param canUpgrade The client asks for another protocol, and waits. */
export function examine(gate: Gate, request: IncomingMessage, peer: Peer, canUpgrade: boolean): Examined {
    const { listener } = gate;
    const none = { path: "", hasBody: false, upgrade: false };
    if (!listener.allows(peer.address)) {
        return { ...none, answer: { status: 403, message: `${peer.address} may not use this load balancer.` } };
    }
    const url = readTarget(request.url ?? "/");
    if (url === undefined) {
        const message = "The request target is neither a path nor an http URL.";
        return { ...none, answer: { status: 400, message } };
    }
    const upgrade = canUpgrade && !/^h2c$/i.test(request.headers.upgrade ?? "");
    const fields = readRequest(request.rawHeaders, {
        peer,
        trusted: listener.isInternal,
        authority: url.authority,
        upgrade,
    });
    const hasBody = fields.chunked || (fields.contentLength ?? 0) > 0;
    const answer = answerTo(gate, fields, url.path, hasBody && canUpgrade);
    return { fields, path: url.path, hasBody, upgrade, ...(answer === undefined ? {} : { answer }) };
}

function answerTo(gate: Gate, fields: RequestFields, path: string, bodyOfUpgrade: boolean): OwnAnswer | undefined {
    if (fields.refused !== undefined) {
        const { status, why } = fields.refused;
        // Who writes such requests may mean something else by what follows.
        return { status, message: `The request cannot be forwarded: ${why}.`, headers: CLOSE };
    }
    if (bodyOfUpgrade) {
        return { status: 400, message: "A request with a body cannot ask for another protocol (Upgrade)." };
    }
    return gate.redirectsTo === undefined ? undefined : redirect(gate.redirectsTo, fields.host, path);
}
