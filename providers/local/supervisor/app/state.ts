import { rmSync } from "node:fs";
import type { AppSpec } from "../../spec.js";
import type { Folders } from "../folders.js";
import { isRecord, readJson, writeJson } from "../json-file.js";
import type { ReplicaRecord } from "./replica-record.js";

/** What the supervisor must know of an app after a crash. */
export interface AppState {
    /** The spec in effect. */
    readonly spec?: AppSpec;
    /** Number of the release that serves. */
    readonly current?: number;
    /** A rollout that is under way: what it leads to. */
    readonly rollout?: { readonly to: number };
    readonly replicas: readonly ReplicaRecord[];
    /** How many replicas the autoscaler wants; absent without one. */
    readonly scaledTo?: number;
    /** Homes whose proxies know this app. */
    readonly homes: readonly string[];
}

export class AppStateFile {
    private state: AppState;
    private readonly file: string;

    constructor(folders: Folders, app: string) {
        this.file = folders.state("apps", `${app}.json`);
        this.state = readJson(this.file, isAppState).value ?? { replicas: [], homes: [] };
    }

    get(): AppState {
        return this.state;
    }

    /** @throws when the disk does not take it; then it is as before. */
    change(change: Partial<AppState>): void {
        const state = { ...this.state, ...change };
        writeJson(this.file, state);
        this.state = state;
    }

    /** Takes one thing out. */
    clear(key: "rollout" | "scaledTo"): void {
        const { [key]: _gone, ...state } = this.state;
        writeJson(this.file, state);
        this.state = state;
    }

    /** The end of a rollout is one write: there is no moment with two current releases, or none. */
    finishRollout(spec: AppSpec, current: number): void {
        const { rollout: _rollout, ...state } = this.state;
        const finished = { ...state, spec, current };
        writeJson(this.file, finished);
        this.state = finished;
    }

    remove(): void {
        rmSync(this.file, { force: true });
    }
}

function isAppState(value: unknown): value is AppState {
    return isRecord(value) && Array.isArray(value.replicas) && Array.isArray(value.homes);
}
