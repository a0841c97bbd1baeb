import { performance } from "node:perf_hooks";
import { READING_MILLISECONDS } from "./counters.js";
import { LIMITS, type Limits } from "./gate.js";
import { Health } from "./health.js";
import { Listener, type ListenerServices } from "./listener.js";
import { Registry } from "./registry.js";
import { checkListener, checkPorts, checkSource, type Table } from "./table.js";
import { TableFile } from "./table-file.js";
import type { ProxyStats } from "./types.js";

const SWEEP_MILLISECONDS = 1000;

export interface ProxyServerOptions {
    readonly limits?: Partial<Limits>;
    readonly chance?: () => number;
}

/** All listeners and sources of a stack. */
export class ProxyServer {
    private readonly registry: Registry;
    private readonly health = new Health();
    private readonly listeners = new Map<string, Listener>();
    private readonly services: ListenerServices;
    private readonly file: TableFile;
    private readonly startedAt = new Date().toISOString();
    private readonly timers: NodeJS.Timeout[];
    /** One change after the other. */
    private turn: Promise<unknown> = Promise.resolve();

    constructor(file: string, options: ProxyServerOptions = {}) {
        const { chance = Math.random } = options;
        this.file = new TableFile(file);
        this.registry = new Registry(chance);
        const limits = { ...LIMITS, ...options.limits };
        this.services = { registry: this.registry, health: this.health, limits, chance };
        this.timers = [
            setInterval(() => this.sweep(), SWEEP_MILLISECONDS),
            setInterval(() => this.readCounters(), READING_MILLISECONDS),
        ];
    }

    /** Does again what it did when it was started last. Listeners that cannot be had now are tried again and again. */
    restore(): Promise<void> {
        return this.inTurn(async () => {
            const { listeners, sources } = await this.file.read();
            for (const source of sources) this.registry.put(source);
            for (const config of listeners) {
                const listener = new Listener(config, this.services);
                this.listeners.set(config.id, listener);
                await this.retry(listener);
            }
        });
    }

    /** @throws ProxyError; nothing has changed then. */
    putListener(value: unknown): Promise<void> {
        return this.inTurn(async () => {
            const config = checkListener(value);
            const others = [...this.listeners.values()].map((listener) => listener.config);
            checkPorts(others, config);
            const listener = this.listeners.get(config.id) ?? new Listener(config, this.services);
            await listener.apply(config);
            this.listeners.set(config.id, listener);
            await this.save();
        });
    }

    /** Resolves when the port is free; what is under way may end. */
    deleteListener(id: string): Promise<void> {
        return this.inTurn(async () => {
            const listener = this.listeners.get(id);
            if (listener === undefined) return;
            this.listeners.delete(id);
            void listener.close();
            await this.save();
        });
    }

    /** @throws ProxyError; nothing has changed then. */
    putSource(value: unknown): Promise<void> {
        return this.inTurn(async () => {
            this.registry.put(checkSource(value));
            await this.save();
        });
    }

    deleteSource(key: string): Promise<void> {
        return this.inTurn(async () => {
            this.registry.delete(key);
            await this.save();
        });
    }

    stats(): ProxyStats {
        return {
            pid: process.pid,
            startedAt: this.startedAt,
            listeners: Object.fromEntries([...this.listeners].map(([id, listener]) => [id, listener.stats()])),
            sources: Object.fromEntries([...this.registry.entries()].map(([key, source]) => [key, source.stats()])),
            problems: [
                this.file.problem ?? [],
                ...[...this.listeners.values()].map((listener) => listener.stats().problem ?? []),
            ].flat(),
        };
    }

    /** Stops listening, lets what is under way end for at most so long, and ends the rest. */
    async close(graceMilliseconds: number): Promise<void> {
        for (const timer of this.timers) clearInterval(timer);
        this.health.stop();
        await this.turn;
        await Promise.all([...this.listeners.values()].map((listener) => listener.close(graceMilliseconds)));
        for (const [, source] of this.registry.entries()) source.close();
    }

    private sweep(): void {
        const now = performance.now();
        for (const [, source] of this.registry.entries()) source.sweep(now);
        const waiting = [...this.listeners.values()].filter((listener) => !listener.isListening);
        if (waiting.length > 0) void this.inTurn(() => Promise.all(waiting.map((listener) => this.retry(listener))));
    }

    private readCounters(): void {
        for (const [, source] of this.registry.entries()) source.readCounters();
    }

    private async retry(listener: Listener): Promise<void> {
        if (listener.isListening || this.listeners.get(listener.config.id) !== listener) return;
        const before = listener.problem;
        try {
            await listener.apply(listener.config);
            if (before !== undefined) console.error(`Listener "${listener.config.id}" listens again.`);
        } catch (error) {
            listener.problem = (error as Error).message;
            if (listener.problem !== before) console.error(listener.problem);
        }
    }

    private save(): Promise<void> {
        return this.file.write((): Table => {
            const listeners = [...this.listeners.values()].map((listener) => listener.config);
            return { listeners, sources: this.registry.configs() };
        });
    }

    private inTurn<T>(work: () => Promise<T>): Promise<T> {
        const result = this.turn.then(work);
        this.turn = result.catch(() => undefined);
        return result;
    }
}
