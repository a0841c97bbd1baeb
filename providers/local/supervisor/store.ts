import { randomBytes } from "node:crypto";
import {
    OBJECT_KINDS,
    type ObjectKind,
    type ResultOf,
    type SecretResultOf,
    type Secrets,
    type SpecOf,
} from "../spec.js";
import type { Folders } from "./folders.js";
import { isRecord, readJson, writeJson } from "./json-file.js";

/** One object as it was asked for, and what came of it. */
export interface Entry<K extends ObjectKind = ObjectKind> {
    readonly kind: K;
    readonly name: string;
    readonly spec: SpecOf<K>;
    readonly projectRoot: string;
    /** PATH of who asked for it. */
    readonly searchPath?: string;
    /** Absent as long as the object was never as asked for. */
    readonly result?: ResultOf<K>;
}

/** What an object knows that nobody else may. */
export interface EntrySecrets<K extends ObjectKind = ObjectKind> {
    readonly secrets: Secrets;
    readonly secretResult?: SecretResultOf<K>;
}

interface DesiredFile {
    readonly format: 1;
    readonly objects: Record<string, Entry>;
}

interface SecretsFile {
    readonly format: 1;
    /** Key of the digests that may stand outside of this file. */
    readonly key: string;
    readonly objects: Record<string, EntrySecrets>;
}

/** The desired state of a home: in memory, and on disk before anybody is told. */
export class Store {
    private constructor(
        private readonly files: { desired: string; secrets: string },
        private desired: DesiredFile,
        private secrets: SecretsFile,
        /** What was wrong with the files at the start, for the status. */
        readonly problems: readonly string[],
    ) {}

    static open(folders: Folders): Store {
        const files = { desired: folders.state("desired.json"), secrets: folders.state("secrets.json") };
        const desired = readJson(files.desired, isDesiredFile);
        const secrets = readJson(files.secrets, isSecretsFile);
        const problems = [desired.problem, secrets.problem].filter((problem) => problem !== undefined);
        const known = Object.keys(secrets.value?.objects ?? {}).length;
        if (desired.value === undefined && desired.problem === undefined && known > 0) {
            problems.push(
                `${files.desired} is missing, although secrets of ${known} objects are there: nothing is known.`,
            );
        }
        const store = new Store(
            files,
            desired.value ?? { format: 1, objects: {} },
            secrets.value ?? { format: 1, key: randomBytes(32).toString("hex"), objects: {} },
            problems,
        );
        // The key must be the same ever after, or every release would look like a new one.
        if (secrets.value === undefined) writeJson(files.secrets, store.secrets, { backup: true });
        return store;
    }

    get key(): string {
        return this.secrets.key;
    }

    get size(): number {
        return Object.keys(this.desired.objects).length;
    }

    get<K extends ObjectKind>(kind: K, name: string): Entry<K> | undefined {
        return this.desired.objects[`${kind}/${name}`] as Entry<K> | undefined;
    }

    secretsOf<K extends ObjectKind>(kind: K, name: string): EntrySecrets<K> {
        return (this.secrets.objects[`${kind}/${name}`] as EntrySecrets<K> | undefined) ?? { secrets: {} };
    }

    /** Entries of one kind, by name. */
    all<K extends ObjectKind>(kind: K): Entry<K>[] {
        return Object.values(this.desired.objects)
            .filter((entry): entry is Entry<K> => entry.kind === kind)
            .sort((a, b) => (a.name < b.name ? -1 : 1));
    }

    /** @throws when the disk does not take it; then nothing has changed, here or there. */
    put<K extends ObjectKind>(entry: Entry<K>, secrets: EntrySecrets<K>): void {
        const key = `${entry.kind}/${entry.name}`;
        const objects = { ...this.secrets.objects, [key]: secrets as EntrySecrets };
        // Secrets first: an entry never stands without what it needs to run.
        this.save(
            { format: 1, objects: { ...this.desired.objects, [key]: entry as Entry } },
            { ...this.secrets, objects },
            "secretsFirst",
        );
    }

    delete(kind: ObjectKind, name: string): void {
        const key = `${kind}/${name}`;
        if (!(key in this.desired.objects) && !(key in this.secrets.objects)) return;
        const { [key]: _entry, ...objects } = this.desired.objects;
        const { [key]: _secrets, ...secrets } = this.secrets.objects;
        this.save({ format: 1, objects }, { ...this.secrets, objects: secrets }, "entryFirst");
    }

    private save(desired: DesiredFile, secrets: SecretsFile, order: "secretsFirst" | "entryFirst"): void {
        const steps = [
            () => writeJson(this.files.secrets, secrets, { backup: true }),
            () => writeJson(this.files.desired, desired, { backup: true }),
        ];
        for (const step of order === "secretsFirst" ? steps : steps.reverse()) step();
        this.desired = desired;
        this.secrets = secrets;
    }
}

function isDesiredFile(value: unknown): value is DesiredFile {
    return (
        isRecord(value) &&
        value.format === 1 &&
        isRecord(value.objects) &&
        Object.values(value.objects).every(
            (entry) => isRecord(entry) && OBJECT_KINDS.includes(entry.kind as ObjectKind) && isRecord(entry.spec),
        )
    );
}

function isSecretsFile(value: unknown): value is SecretsFile {
    return isRecord(value) && value.format === 1 && typeof value.key === "string" && isRecord(value.objects);
}
