import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import { Exchange, type ExchangeOptions } from "./exchange.js";
import { type Peer, plainAddress } from "./headers.js";
import type { Listener } from "./listener.js";
import { awaitProxyHeader } from "./proxy-header.js";
import type { Tunnel } from "./upgrade.js";

/** How long clients may take; the defaults are those of a server that strangers can reach. */
export interface Limits {
    readonly headersMilliseconds: number;
    readonly maximumHeaderBytes: number;
    /** What is under way when a listener goes may take so long. */
    readonly graceMilliseconds: number;
}

export const LIMITS: Limits = { headersMilliseconds: 10_000, maximumHeaderBytes: 32 * 1024, graceMilliseconds: 30_000 };

const PEER = Symbol("peer");
const CURRENT = Symbol("current exchange");

interface ClientSocket extends Socket {
    [PEER]?: Peer;
    [CURRENT]?: Exchange;
}

export interface Certificate {
    readonly cert: Buffer;
    readonly key: Buffer;
}

/** One port of a listener: takes connections and makes exchanges of their requests. */
export class Gate {
    /** No new connections, and those that there are end after their answers. */
    closing = false;
    readonly tunnels = new Set<Tunnel>();
    private readonly server: http.Server | https.Server;
    /** Whom a connection came from according to the PROXY protocol, by the port it came from. */
    private readonly proxied = new Map<number, Peer>();

    private constructor(
        readonly listener: Listener,
        readonly port: number,
        private readonly limits: Limits,
        certificate: Certificate | undefined,
    ) {
        const options: http.ServerOptions = {
            maxHeaderSize: limits.maximumHeaderBytes,
            headersTimeout: limits.headersMilliseconds,
            // A body may take as long as it moves; see onTimeout.
            requestTimeout: 0,
            connectionsCheckingInterval: Math.min(1000, limits.headersMilliseconds),
            noDelay: true,
        };
        this.server = certificate
            ? https.createServer({ ...options, ...certificate, minVersion: "TLSv1.2", handshakeTimeout: 10_000 })
            : http.createServer(options);
        this.isSecure = certificate !== undefined;
        this.configure();
        this.listen();
    }

    private readonly isSecure: boolean;

    /** @throws the error of listen(2), EADDRINUSE for example. */
    static open(listener: Listener, port: number, limits: Limits, certificate?: Certificate): Promise<Gate> {
        const gate = new Gate(listener, port, limits, certificate);
        return new Promise((resolve, reject) => {
            gate.server.once("error", reject);
            gate.server.listen({ host: "127.0.0.1", port, backlog: 4096 }, () => {
                gate.server.off("error", reject);
                gate.server.on("error", (error) => console.error(`Port ${port}: ${error.message}.`));
                resolve(gate);
            });
        });
    }

    /** Where plain requests are sent. */
    get redirectsTo(): number | undefined {
        const { tls } = this.listener.config;
        return !this.isSecure && tls?.redirect ? tls.port : undefined;
    }

    /** Takes over what may change while connections are open. */
    configure(certificate?: Certificate): void {
        const idleMilliseconds = this.listener.config.idleTimeoutSeconds * 1000;
        this.server.timeout = idleMilliseconds;
        this.server.keepAliveTimeout = idleMilliseconds;
        if (certificate !== undefined && this.server instanceof https.Server) this.server.setSecureContext(certificate);
    }

    /** Stops listening at once; resolves when the last connection is closed, which takes at most the grace period. */
    close(graceMilliseconds = this.limits.graceMilliseconds): Promise<void> {
        this.closing = true;
        return new Promise((resolve) => {
            // Connections whose answer had begun are not told to close; they are closed when they have nothing to do.
            const idle = setInterval(() => this.server.closeIdleConnections(), 50);
            const grace = setTimeout(() => {
                this.server.closeAllConnections();
                for (const tunnel of this.tunnels) tunnel.destroy();
            }, graceMilliseconds);
            this.server.close(() => {
                clearInterval(idle);
                clearTimeout(grace);
                resolve();
            });
        });
    }

    private listen(): void {
        const { server } = this;
        server.on("request", (request, response) => this.accept(request, response));
        server.on("checkContinue", (request, response) => this.accept(request, response, { awaitsContinue: true }));
        server.on("upgrade", (request, socket, first) => this.onUpgrade(request, socket as Socket, first));
        server.on("connect", (_request, socket) => {
            socket.on("error", () => socket.destroy());
            socket.end("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        });
        server.on("timeout", (socket: ClientSocket) => this.onTimeout(socket));
        server.on("tlsClientError", (_error, socket) => socket.destroy());
        server.on("secureConnection", (socket: ClientSocket) => {
            const peer = this.proxied.get(socket.remotePort ?? 0);
            if (peer !== undefined) socket[PEER] = peer;
        });
        // What stands in front speaks first, before TLS and HTTP.
        const serve = server.listeners("connection") as ((this: http.Server, socket: Socket) => void)[];
        server.removeAllListeners("connection");
        server.on("connection", (socket: ClientSocket) => {
            const go = () => {
                for (const listener of serve) listener.call(server, socket);
            };
            if (this.listener.config.proxyProtocol) this.onProxied(socket, go);
            else go();
        });
    }

    private onProxied(socket: ClientSocket, go: () => void): void {
        const port = socket.remotePort ?? 0;
        awaitProxyHeader(socket, this.limits.headersMilliseconds, (header) => {
            if (header.source !== undefined) {
                const peer = {
                    address: plainAddress(header.source.address),
                    secure: this.isSecure,
                    port: header.destination?.port ?? this.port,
                };
                socket[PEER] = peer;
                if (this.isSecure) {
                    this.proxied.set(port, peer);
                    socket.on("close", () => this.proxied.delete(port));
                }
            }
            go();
            // TLS takes what has been read already off the paused socket itself.
            if (!this.isSecure) socket.resume();
        });
    }

    private accept(request: http.IncomingMessage, response: http.ServerResponse, options?: ExchangeOptions): void {
        const socket = request.socket as ClientSocket;
        const exchange = new Exchange(this, request, response, this.peerOf(socket), options);
        socket[CURRENT] = exchange;
        try {
            exchange.start();
        } catch (error) {
            // One request must never be the end of all of them.
            console.error(error);
            response.destroy();
        }
    }

    /** Node hands the connection over; until another protocol is agreed on, it is answered as HTTP. */
    private onUpgrade(request: http.IncomingMessage, socket: Socket, first: Buffer): void {
        socket.on("error", () => socket.destroy());
        const response = new http.ServerResponse(request);
        response.shouldKeepAlive = false;
        response.assignSocket(socket);
        response.on("finish", () => socket.destroySoon());
        this.accept(request, response, { tunnel: { socket, first } });
    }

    private onTimeout(socket: ClientSocket): void {
        const exchange = socket[CURRENT];
        if (exchange?.isOpen) exchange.onIdle();
        else socket.destroy();
    }

    private peerOf(socket: ClientSocket): Peer {
        socket[PEER] ??= {
            address: plainAddress(socket.remoteAddress ?? "127.0.0.1"),
            secure: this.isSecure,
            port: this.port,
        };
        return socket[PEER];
    }
}
