import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { socketFolder } from "#dist/providers/local/paths.js";
import { identify } from "#dist/providers/local/process/index.js";
import { Histogram } from "#dist/providers/local/proxy/histogram.js";
import type { AppSpec, HealthSpec } from "#dist/providers/local/spec.js";
import { digestContext } from "#dist/providers/local/supervisor/app/source.js";
import type {
    ListenerConfig,
    LogRecord,
    Parts,
    ProxyPart,
    ProxyStats,
    ReleaseStats,
    SourceConfig,
} from "#dist/providers/local/supervisor/parts.js";
import { realParts } from "#dist/providers/local/supervisor/real-parts.js";
import { Supervisor } from "#dist/providers/local/supervisor/supervisor.js";

export const WEB = path.join(__dirname, "fixtures", "web");
const PROXY = path.join(__dirname, "fixtures", "idle.mjs");

/** A proxy that only remembers what it was told, and counts what it is told to count. */
export class FakeProxy implements ProxyPart {
    readonly listeners = new Map<string, ListenerConfig>();
    readonly sources = new Map<string, SourceConfig>();
    /** Everything that was put, in order. */
    readonly history: SourceConfig[] = [];
    byRelease: Record<string, ReleaseStats> = {};
    inFlight: Record<string, number> = {};
    refusePort: number | undefined;
    refuse: ((config: SourceConfig) => string | undefined) | undefined;

    async putListener(config: ListenerConfig) {
        if (config.port === this.refusePort) throw new Error(`port ${config.port} is in use`);
        this.listeners.set(config.id, config);
    }
    async deleteListener(id: string) {
        this.listeners.delete(id);
    }
    async putSource(config: SourceConfig) {
        const problem = this.refuse?.(config);
        if (problem !== undefined) throw new Error(problem);
        this.sources.set(config.key, config);
        this.history.push(config);
    }
    async deleteSource(key: string) {
        this.sources.delete(key);
    }
    async stats(): Promise<ProxyStats> {
        const sources = [...this.sources].map(([key, { endpoints }]) => {
            const counted = endpoints.map(({ id }) => {
                return [id, { inFlight: this.inFlight[id] ?? 0, requests: 0, ejected: false }] as const;
            });
            return [key, { requests: 0, byRelease: this.byRelease, endpoints: Object.fromEntries(counted) }] as const;
        });
        return { sources: Object.fromEntries(sources) };
    }
    async shutdown() {}
}

/** A home in a temporary folder, with real processes but a fake proxy. */
export class TestHome {
    readonly home = mkdtempSync(path.join(tmpdir(), "twelvefold-test-"));
    readonly proxy = new FakeProxy();
    readonly records: LogRecord[] = [];
    readonly parts: { -readonly [K in keyof Parts]: Parts[K] };
    private current: Supervisor | undefined;

    constructor() {
        const real = realParts();
        this.parts = {
            ...real,
            proxy: () => this.proxy,
            proxyMain: PROXY,
            logs: {
                ...real.logs,
                writer: (folder, options) => {
                    const writer = real.logs.writer(folder, options);
                    return {
                        append: (record) => {
                            this.records.push(record);
                            writer.append(record);
                        },
                        flush: () => writer.flush(),
                        close: () => writer.close(),
                    };
                },
            },
        };
    }

    get supervisor(): Supervisor {
        this.current ??= new Supervisor(this.home, this.parts, "test");
        return this.current;
    }

    /** As after a crash of the supervisor: its processes go on, and another one finds them. */
    async restart(): Promise<Supervisor> {
        await this.current?.abandon();
        this.current = undefined;
        return this.supervisor;
    }

    apply(name: string, spec: AppSpec, secrets: Record<string, string> = {}, searchPath = process.env.PATH ?? "") {
        const lines: string[] = [];
        const body = { spec, secrets, projectRoot: WEB, searchPath };
        return this.supervisor
            .apply("app", name, body, (line) => lines.push(line))
            .then(({ result }) => ({ ...result, lines }));
    }

    /** pids of an app's replicas, by their state. */
    async pids(name: string): Promise<number[]> {
        const { apps } = await this.supervisor.status();
        const replicas = apps.find((app) => app.name === name)?.replicas ?? [];
        return replicas.flatMap(({ pid, state }) => (state === "ready" && pid ? pid : [])).sort((a, b) => a - b);
    }

    async close(): Promise<void> {
        const { supervisor } = this;
        for (const kind of ["job", "app", "balancer", "queue", "database", "logs", "platform"] as const) {
            for (const { name } of supervisor.store.all(kind)) await supervisor.remove(kind, name);
        }
        await supervisor.wipe();
        rmSync(this.home, { recursive: true, force: true });
        rmSync(socketFolder(this.home), { recursive: true, force: true });
    }
}

const HEALTH: HealthSpec = {
    readinessPath: "/readyz",
    livenessPath: "/healthz",
    startupSeconds: 20,
    intervalSeconds: 1,
    timeoutSeconds: 2,
    failureThreshold: 3,
};

export function appSpec(change: Partial<AppSpec> & { behaviour?: string } = {}): AppSpec {
    const { behaviour, ...rest } = change;
    return {
        source: { context: ".", digest: digestContext(WEB).digest },
        process: "web",
        listens: true,
        cpu: 0.25,
        memoryMiB: 128,
        replicas: 2,
        environment: behaviour === undefined ? {} : { BEHAVIOUR: behaviour },
        health: HEALTH,
        stopTimeoutSeconds: 2,
        rollout: { strategy: "rolling", steps: [], bakeSeconds: 0, rollbackOn: { alarms: [] } },
        routes: [],
        ...rest,
    };
}

/** Waits for a condition, and says so when it does not come true. */
export async function eventually(condition: () => boolean | Promise<boolean>, seconds = 15): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (!(await condition())) {
        if (performance.now() > deadline) throw new Error(`Not true within ${seconds} s: ${condition}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
    }
}

/** A zombie does not count: not every pid 1 reaps. */
export function isRunning(pid: number): boolean {
    return identify(pid) !== undefined;
}

/** What the proxy counts for requests that take so long each. */
export function latency(requests: number, milliseconds: number): ReleaseStats["latency"] {
    const histogram = new Histogram();
    for (let count = 0; count < requests; count++) histogram.add(milliseconds);
    return { counts: histogram.counts() };
}
