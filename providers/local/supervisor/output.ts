import * as fs from "node:fs";
import * as path from "node:path";
import { homeId } from "../paths.js";
import type { LogsSpec } from "../spec.js";
import type { AlertWatcherPart, LogRecord, LogsPart, RawFollowerPart, SinkWriterPart } from "./parts.js";
import { Loop, monotonic } from "./wait.js";

const POLL_MILLISECONDS = 200;
const REMEMBERED_LINES = 50;
/** A sink that nobody declared has this much room. */
const DEFAULT_MAX_MIB = 256;

/** Who wrote a line. */
export type Writer = Pick<LogRecord, "app" | "process" | "replica" | "release">;

interface Sink {
    /** What this stack is called there, when it is another one's sink. */
    readonly stack: string | undefined;
    readonly writer: SinkWriterPart;
    watcher: AlertWatcherPart | undefined;
    /** Monotonic time at which each alert was raised last. */
    readonly raised: Map<string, number>;
}

/** All that is printed, on its way from raw files to sinks. Sinks are known by their folder: some are other homes'. */
export class Output {
    private readonly sinks = new Map<string, Sink>();
    private readonly streams = new Set<Stream>();
    private closed = false;

    constructor(
        private readonly home: string,
        private readonly logs: LogsPart,
        /** Spec of a sink, by its folder; undefined when nobody declared it. */
        private readonly specOf: (folder: string) => LogsSpec | undefined,
    ) {}

    /** A sentence of the supervisor, among the lines of an app. */
    system(sinkFolder: string, writer: Writer, line: string): void {
        this.append(sinkFolder, { time: new Date().toISOString(), ...writer, stream: "system", line });
    }

    /** Follows `<files>.stdout` and `<files>.stderr` into a sink. */
    follow(files: string, writer: Writer, sinkFolder: () => string): Stream {
        const stream: Stream = new Stream(
            files,
            this.logs,
            (name, line) =>
                this.append(sinkFolder(), {
                    time: new Date().toISOString(),
                    ...writer,
                    stream: name,
                    line,
                    ...(name === "system" ? {} : this.logs.parseLine(line)),
                }),
            () => this.streams.delete(stream),
        );
        this.streams.add(stream);
        return stream;
    }

    /** Alerts of a sink that were raised since. */
    raisedSince(sinkFolder: string, since: number): string[] {
        // A sink that no line has come to has raised nothing.
        return [...(this.sinks.get(sinkFolder)?.raised ?? [])].filter(([, at]) => at >= since).map(([name]) => name);
    }

    /** The alerts of a sink are other ones. */
    async forget(sinkFolder: string): Promise<void> {
        const sink = this.sinks.get(sinkFolder);
        this.sinks.delete(sinkFolder);
        await sink?.writer.close();
    }

    async close(): Promise<void> {
        for (const stream of [...this.streams]) await stream.close().catch(() => undefined);
        this.closed = true;
        for (const folder of [...this.sinks.keys()]) await this.forget(folder).catch(() => undefined);
    }

    private append(folder: string, record: LogRecord): void {
        // Late words must not make the folder of a home that is gone again.
        if (this.closed) return;
        const { writer, stack } = this.sink(folder);
        writer.append(stack === undefined ? record : { ...record, stack });
    }

    private sink(folder: string): Sink {
        const known = this.sinks.get(folder);
        if (known) return known;
        const spec = this.specOf(folder);
        fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
        const raised = new Map<string, number>();
        const home = path.resolve(this.home);
        const isOwn = path.resolve(folder).startsWith(home + path.sep);
        const sink: Sink = {
            stack: isOwn ? undefined : `${path.basename(path.dirname(home))}/${path.basename(home)}`,
            raised,
            watcher: spec && this.watcher(folder, spec, raised),
            writer: this.logs.writer(folder, {
                maxMiB: spec?.maxMiB ?? DEFAULT_MAX_MIB,
                ...(isOwn ? {} : { stack: homeId(home) }),
                onRecord: (record) => {
                    if (record.stream !== "system") sink.watcher?.observe(record);
                },
            }),
        };
        this.sinks.set(folder, sink);
        return sink;
    }

    private watcher(folder: string, spec: LogsSpec, raised: Map<string, number>): AlertWatcherPart {
        const notify = this.logs.notifier((line) => this.system(folder, ALERTS, line));
        return this.logs.watcher(spec.alerts, (alert, count) => {
            raised.set(alert.name, monotonic());
            notify(alert, count);
        });
    }
}

const ALERTS: Writer = { app: "twelvefold", process: "alerts", replica: "", release: "" };

/** The output of one process: two files that are followed, and the lines that came last. */
export class Stream {
    private readonly followers: RawFollowerPart[];
    private readonly loop: Loop;
    private readonly last: string[] = [];

    constructor(
        private readonly files: string,
        logs: LogsPart,
        append: (name: LogRecord["stream"], line: string) => void,
        private readonly onClose: () => void,
    ) {
        fs.mkdirSync(path.dirname(files), { recursive: true, mode: 0o700 });
        this.followers = (["stdout", "stderr"] as const).map((name) =>
            logs.follower(`${files}.${name}`, `${files}.${name}.offset`, (line, stream) => {
                this.last.push(line);
                if (this.last.length > REMEMBERED_LINES) this.last.shift();
                append(stream ?? name, line);
            }),
        );
        // A file that cannot be read now is tried again at the next turn.
        this.loop = new Loop(
            POLL_MILLISECONDS,
            () => this.poll(),
            () => undefined,
        );
    }

    /** The last lines, once all that is written is read. */
    async tail(count: number): Promise<string[]> {
        for (const follower of this.followers) await follower.drain().catch(() => undefined);
        return this.last.slice(-count);
    }

    async close(): Promise<void> {
        await this.loop.stop();
        for (const follower of this.followers) {
            await follower.drain().catch(() => undefined);
            await follower.close();
        }
        this.onClose();
    }

    /** For a process that is gone for good. */
    async closeAndRemove(): Promise<void> {
        await this.close();
        for (const ending of ["stdout", "stderr", "stdout.offset", "stderr.offset", "status"]) {
            fs.rmSync(`${this.files}.${ending}`, { force: true });
        }
    }

    /** A flood is followed without pauses (each read lets others run), but an order to stop is heard. */
    private async poll(): Promise<void> {
        for (let turns = 0; turns < 100; turns++) {
            const read = await Promise.all(this.followers.map((follower) => follower.poll()));
            if (!read.includes(true)) return;
        }
    }
}
