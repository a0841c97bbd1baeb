import type { Socket } from "node:net";
import type { ResponseHead } from "./response-head.js";

export interface Tunnel {
    destroy(): void;
}

export interface TunnelOptions {
    readonly client: Socket;
    readonly endpoint: Socket;
    readonly head: ResponseHead;
    /** What came with the request, and with the answer. */
    readonly fromClient: Buffer;
    readonly fromEndpoint: Buffer;
    readonly idleMilliseconds: number;
    /** Called once, when both sides are closed, with the bytes that went to the client. */
    readonly onClosed: (bytes: number) => void;
}

/** Ties a client and an endpoint together that have agreed on another protocol, WebSocket for example. */
export function openTunnel(options: TunnelOptions): Tunnel {
    const { client, endpoint, head } = options;
    const before = client.bytesWritten;
    const destroy = () => {
        client.destroy();
        endpoint.destroy();
    };
    let open = 2;
    const pair = [
        { socket: client, other: endpoint },
        { socket: endpoint, other: client },
    ];
    for (const { socket, other } of pair) {
        socket.on("error", destroy);
        socket.on("close", () => {
            // What it said last may still be on its way to the other side.
            other.destroySoon();
            if (--open === 0) options.onClosed(client.bytesWritten - before);
        });
    }
    // What goes either way is activity of the client's connection.
    client.setTimeout(options.idleMilliseconds);
    client.on("timeout", destroy);
    client.write(switching(head), "latin1");
    if (options.fromEndpoint.length > 0) client.write(options.fromEndpoint);
    if (options.fromClient.length > 0) endpoint.write(options.fromClient);
    client.pipe(endpoint);
    endpoint.pipe(client);
    return { destroy };
}

function switching(head: ResponseHead): string {
    let text = `HTTP/1.1 101 ${clean(head.reason)}\r\nConnection: Upgrade\r\n`;
    if (head.upgrade !== undefined) text += `Upgrade: ${clean(head.upgrade)}\r\n`;
    for (let at = 0; at + 1 < head.headers.length; at += 2) {
        text += `${head.headers[at]}: ${clean(head.headers[at + 1] ?? "")}\r\n`;
    }
    return `${text}\r\n`;
}

/** Nothing that could be taken for the end of a line. */
function clean(text: string): string {
    return text.replace(/[\r\n\0]/g, " ");
}
