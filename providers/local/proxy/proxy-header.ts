import type { Socket } from "node:net";
import { type ProxyHeader, parseProxyHeader } from "./proxy-protocol.js";

/**
 * Reads the PROXY protocol off a new connection and hands the rest on, paused; a connection that does not begin with
 * it, or takes too long, is ended.
 */
export function awaitProxyHeader(
    socket: Socket,
    milliseconds: number,
    then: (header: Extract<ProxyHeader, { state: "complete" }>) => void,
): void {
    let data = Buffer.alloc(0);
    const end = () => socket.destroy();
    const timer = setTimeout(end, milliseconds);
    const onClose = () => clearTimeout(timer);
    const onData = (chunk: Buffer) => {
        data = Buffer.concat([data, chunk]);
        const header = parseProxyHeader(data);
        if (header.state === "incomplete") return;
        clearTimeout(timer);
        socket.off("data", onData);
        socket.off("close", onClose);
        if (header.state === "invalid") {
            socket.destroy();
            return;
        }
        socket.pause();
        const rest = data.subarray(header.length);
        if (rest.length > 0) socket.unshift(rest);
        then(header);
        socket.off("error", end);
    };
    socket.on("error", end);
    socket.on("close", onClose);
    socket.on("data", onData);
}
