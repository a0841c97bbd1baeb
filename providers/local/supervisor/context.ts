import type { ObjectKind, ResultOf, SecretResultOf, Secrets, SinkReference, SpecOf } from "../spec.js";
import type { AccessLogs } from "./access-logs.js";
import type { App } from "./app/app.js";
import type { Folders } from "./folders.js";
import type { Output, Writer } from "./output.js";
import type { Parts } from "./parts.js";
import type { Ports } from "./ports-file.js";
import type { PostgresProcess } from "./postgres-process.js";
import type { Proxies } from "./proxies.js";
import type { ProxyProcess } from "./proxy-process.js";
import type { Entry, Store } from "./store.js";

/** What an object was asked to be. */
export interface Request<K extends ObjectKind> {
    readonly name: string;
    readonly spec: SpecOf<K>;
    readonly secrets: Secrets;
    readonly projectRoot: string;
    /** PATH of who asks: what the processes find is what the user finds. */
    readonly searchPath?: string;
    readonly progress: (line: string) => void;
}

export interface Answer<K extends ObjectKind> {
    readonly result: ResultOf<K>;
    readonly secretResult: SecretResultOf<K>;
}

/** What the supervisor does for one kind of object. */
export interface ObjectKindHandler<K extends ObjectKind> {
    /**
     * Makes the object as asked for and resolves when it is; idempotent. When it rejects, the object is as it was
     * before: an object that was new is gone again.
     */
    apply(request: Request<K>, before: Entry<K> | undefined): Promise<Answer<K>>;
    /** Takes up an object that a supervisor before this one made. */
    open?(name: string): void;
    /** Sentences about what is not as it should be. */
    drift(entry: Entry<K>): Promise<string[]>;
    /** Brings an object that stands back to what it should be; called about every second, never twice at a time. */
    reconcile?(entry: Entry<K>): Promise<void>;
    /** @throws before anything is touched, when the object may not be removed. */
    checkRemoval?(entry: Entry<K>): void;
    /** Takes away what an apply that failed left of a new object; by default nothing. */
    undo?(name: string): Promise<void>;
    /** Something that takes long (a rollout, a job) is to end now, because the object is being removed. */
    interrupt?(name: string): void;
    /** Removes the object; done when nothing of it is left. Idempotent, and for entries that were never finished, too. */
    remove(name: string): Promise<void>;
}

/** The parts of a supervisor that the kinds of objects share. */
export interface Context {
    readonly home: string;
    readonly folders: Folders;
    readonly store: Store;
    readonly parts: Parts;
    readonly output: Output;
    readonly proxies: Proxies;
    readonly proxy: ProxyProcess;
    readonly postgres: PostgresProcess;
    readonly ports: Ports;
    readonly accessLogs: AccessLogs;
    /** Environment of this machine that every process gets. */
    readonly environment: Readonly<Record<string, string>>;
    app(name: string): App | undefined;
    sinkFolder(reference: SinkReference | undefined): string;
    /** A sentence about an object, in the stack's default sink. */
    event(writer: Partial<Writer>, line: string): void;
    /** Digests of the sources that a kept release or a job may need again. */
    usedSources(): ReadonlySet<string>;
    backlog(home: string, queue: string): Promise<number | undefined>;
}
