import { createHash, createHmac } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { AppSpec, Secrets } from "../../spec.js";
import type { Folders } from "../folders.js";
import { isRecord, readJson, writeJson } from "../json-file.js";
import type { TaskRecord } from "../task.js";

const KEPT = 10;

/** One release of an app: a number, and all that it takes to run it again. */
export interface Release {
    readonly number: number;
    readonly releaseId: string;
    /** The spec that it was made from; replicas, routes and health may have changed since. */
    readonly spec: AppSpec;
    /** PATH of its processes; absent: that of the supervisor. */
    readonly searchPath?: string;
    readonly status: "preparing" | "active" | "superseded" | "failed";
    readonly createdAt: string;
    readonly activeAt?: string;
    /** Why it failed. */
    readonly reason?: string;
    /** The run of its release command, and whether it succeeded. */
    readonly command?: TaskRecord & { readonly succeeded?: boolean };
}

/**
 * What makes a release: code, config and how it is run. The same three give the same id. Secrets count by a keyed hash,
 * because the id may be shown.
 */
export function releaseIdOf(spec: AppSpec, secrets: Secrets, key: string): string {
    const secret = createHmac("sha256", key)
        .update(JSON.stringify(sorted(secrets)))
        .digest("hex");
    const made = [
        spec.source.digest,
        spec.command ?? null,
        spec.process,
        spec.listens,
        sorted(spec.environment),
        secret,
        spec.release?.command ?? null,
    ];
    return createHash("sha256").update(JSON.stringify(made)).digest("hex").slice(0, 12);
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
    return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What a release is made of. */
export interface Asked {
    readonly spec: AppSpec;
    readonly secrets: Secrets;
    readonly searchPath?: string;
}

/** The releases of one app, on disk. */
export class Releases {
    private readonly folder: string;

    constructor(folders: Folders, app: string) {
        this.folder = folders.releases(app);
    }

    /** Oldest first. */
    list(): Release[] {
        if (!fs.existsSync(this.folder)) return [];
        return fs
            .readdirSync(this.folder)
            .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
            .map(Number)
            .sort((a, b) => a - b)
            .flatMap((number) => this.get(number) ?? []);
    }

    get(number: number): Release | undefined {
        return readJson(this.file(number), isRelease).value;
    }

    secretsOf(number: number): Secrets {
        return (readJson(this.secretsFile(number), isRecord).value ?? {}) as Secrets;
    }

    /**
     * The release to deploy for a spec: a new number, or the newest one when it is the same and has not served yet
     * (a deployment that was cut short or failed, and is tried again: what its release command did stands).
     *
     * @param serving number of the release that serves, whose file may have been lost
     */
    prepare(asked: Asked, releaseId: string, serving = 0): Release {
        const { spec, secrets, searchPath } = asked;
        const newest = this.list().at(-1);
        const again = newest?.releaseId === releaseId && (newest.status === "preparing" || newest.status === "failed");
        const release: Release = {
            number: again ? newest.number : Math.max(newest?.number ?? 0, serving) + 1,
            releaseId,
            spec,
            ...(searchPath === undefined ? {} : { searchPath }),
            status: "preparing",
            createdAt: again ? newest.createdAt : new Date().toISOString(),
            ...(again && newest.command ? { command: newest.command } : {}),
        };
        writeJson(this.secretsFile(release.number), secrets);
        this.put(release);
        return release;
    }

    put(release: Release): void {
        writeJson(this.file(release.number), release);
    }

    /** Forgets the oldest, but none of those that must stay. */
    prune(keep: ReadonlySet<number>): void {
        for (const release of this.list().slice(0, -KEPT)) {
            if (keep.has(release.number)) continue;
            fs.rmSync(this.file(release.number), { force: true });
            fs.rmSync(this.secretsFile(release.number), { force: true });
        }
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true, force: true });
    }

    private file = (number: number) => path.join(this.folder, `${number}.json`);
    private secretsFile = (number: number) => path.join(this.folder, `${number}.secrets.json`);
}

function isRelease(value: unknown): value is Release {
    return isRecord(value) && typeof value.number === "number" && isRecord(value.spec);
}
