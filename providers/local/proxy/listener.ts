import { readFile } from "node:fs/promises";
import { BlockList, isIPv4 } from "node:net";
import { AccessLog } from "./access-log.js";
import { type Certificate, Gate, type Limits } from "./gate.js";
import type { Health } from "./health.js";
import { portOwner } from "./port-owner.js";
import type { Destination, Registry } from "./registry.js";
import { parseCidr } from "./table.js";
import { type ListenerConfig, type ListenerStats, ProxyError } from "./types.js";

export interface ListenerServices {
    readonly registry: Registry;
    readonly health: Health;
    readonly limits: Limits;
    readonly chance: () => number;
}

/** A port of the proxy, with its TLS port if it has one, and what its requests have in common. */
export class Listener {
    log: AccessLog | undefined;
    private requests = 0;
    private errors5xx = 0;
    private inFlight = 0;
    private plain: Gate | undefined;
    private secure: Gate | undefined;
    private allowed: BlockList | undefined;
    /** Why it does not listen. */
    problem: string | undefined;

    constructor(
        public config: ListenerConfig,
        private readonly services: ListenerServices,
    ) {
        this.use(config);
    }

    get health(): Health {
        return this.services.health;
    }

    get chance(): () => number {
        return this.services.chance;
    }

    /** Only apps of the stack use it: see ReadOptions.trusted. */
    get isInternal(): boolean {
        return "source" in this.config.serves;
    }

    get isListening(): boolean {
        return this.plain !== undefined;
    }

    /**
     * Does as a configuration says: opens what it asks for anew before it gives up anything, so that requests under
     * way end in peace, and an error changes nothing.
     *
     * @throws ProxyError when a port is taken or the certificate cannot be read.
     */
    async apply(config: ListenerConfig): Promise<void> {
        const certificate = config.tls && (await readCertificate(config));
        const { plain, secure } = this;
        const opened: Gate[] = [];
        const open = async (port: number, current: Gate | undefined, pem?: Certificate) => {
            if (current?.port === port) return current;
            const gate = await this.open(config, port, pem);
            opened.push(gate);
            return gate;
        };
        try {
            this.plain = await open(config.port, plain);
            this.secure = config.tls && (await open(config.tls.port, secure, certificate));
        } catch (error) {
            this.plain = plain;
            this.secure = secure;
            for (const gate of opened) void gate.close(0);
            throw error;
        }
        this.use(config);
        this.plain.configure();
        this.secure?.configure(certificate);
        for (const gate of [plain, secure]) {
            if (gate !== undefined && gate !== this.plain && gate !== this.secure) void gate.close();
        }
        this.problem = undefined;
    }

    /** Stops listening at once; resolves when everything under way has ended or the grace period is over. */
    async close(graceMilliseconds?: number): Promise<void> {
        const { plain, secure } = this;
        this.plain = undefined;
        this.secure = undefined;
        await Promise.all([plain?.close(graceMilliseconds), secure?.close(graceMilliseconds)]);
        await this.log?.close();
    }

    find(host: string | undefined, path: string): Destination | "unrouted" | "unknown" {
        const { serves } = this.config;
        const { registry } = this.services;
        if ("balancer" in serves) return registry.find(serves.balancer, host, path);
        const source = registry.get(serves.source);
        return source === undefined ? "unknown" : { source, strip: undefined };
    }

    allows(address: string): boolean {
        return this.allowed === undefined || this.allowed.check(address, isIPv4(address) ? "ipv4" : "ipv6");
    }

    entered(): void {
        this.requests++;
        this.inFlight++;
    }

    left(status: number): void {
        this.inFlight--;
        if (status >= 500) this.errors5xx++;
    }

    stats(): ListenerStats {
        const { port, tls } = this.config;
        const problem = this.problem ?? this.log?.problem;
        return {
            port,
            ...(tls === undefined ? {} : { tlsPort: tls.port }),
            requests: this.requests,
            errors5xx: this.errors5xx,
            inFlight: this.inFlight,
            ...(problem === undefined ? {} : { problem }),
        };
    }

    private use(config: ListenerConfig): void {
        this.config = config;
        this.allowed = blocks(config.allowedCidrs);
        if (this.log?.file !== config.accessLogFile) {
            void this.log?.close();
            this.log = config.accessLogFile === undefined ? undefined : new AccessLog(config.accessLogFile);
        }
    }

    private async open(config: ListenerConfig, port: number, certificate: Certificate | undefined): Promise<Gate> {
        try {
            return await Gate.open(this, port, this.services.limits, certificate);
        } catch (error) {
            throw await portError(config.id, port, error as NodeJS.ErrnoException);
        }
    }
}

async function portError(id: string, port: number, error: NodeJS.ErrnoException): Promise<Error> {
    if (error.code === "EADDRINUSE") {
        const owner = await portOwner(port);
        const who = owner === undefined ? "another process" : `process ${owner.pid} (${owner.command})`;
        return new ProxyError(
            `Listener "${id}" cannot have port ${port} of 127.0.0.1: it is in use by ${who}. ` +
                "Stop that process, or choose another port (0 to have a free one chosen).",
            409,
        );
    }
    if (error.code === "EACCES") {
        return new ProxyError(
            `Listener "${id}" cannot have port ${port}: this user may not listen on it. Choose a port from 1024 up.`,
            409,
        );
    }
    if ((error.code ?? "").startsWith("ERR_OSSL")) {
        return new ProxyError(`Listener "${id}": the certificate and key are not usable: ${error.message}.`, 400);
    }
    return new Error(`Listener "${id}" cannot listen on port ${port}: ${error.message}.`);
}

async function readCertificate({ id, tls }: ListenerConfig): Promise<Certificate> {
    try {
        const [cert, key] = await Promise.all([readFile(tls?.certFile ?? ""), readFile(tls?.keyFile ?? "")]);
        return { cert, key };
    } catch (error) {
        throw new ProxyError(`Listener "${id}": the certificate cannot be read: ${(error as Error).message}.`, 400);
    }
}

function blocks(cidrs: readonly string[]): BlockList | undefined {
    if (cidrs.length === 0) return undefined;
    const list = new BlockList();
    for (const cidr of cidrs) {
        const block = parseCidr(cidr);
        if (block !== undefined) list.addSubnet(block.address, block.prefix, block.family);
    }
    return list;
}
