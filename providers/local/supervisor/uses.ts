import { existsSync, readdirSync } from "node:fs";
import { Releases } from "./app/releases.js";
import type { Folders } from "./folders.js";
import type { Store } from "./store.js";

/** Whether something of the stack needs its load balancer's process. */
export function usesProxy(store: Store): boolean {
    return store.all("balancer").length > 0 || store.all("app").some(({ spec }) => spec.listens);
}

/** Whether something is in the stack's PostgreSQL; one object (`kind/name`) may be left out of account. */
export function usesPostgres(store: Store, exceptFor?: string): boolean {
    const objects = [...store.all("database"), ...store.all("queue")];
    return objects.some(({ kind, name }) => `${kind}/${name}` !== exceptFor);
}

/** Digests of the sources that a kept release or a job may need again. */
export function usedSources(folders: Folders, store: Store): ReadonlySet<string> {
    const folder = folders.releases("");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const releases = names.flatMap((app) => new Releases(folders, app).list());
    const jobs = store.all("job").flatMap(({ spec }) => spec.source?.digest ?? []);
    return new Set([...releases.map(({ spec }) => spec.source.digest), ...jobs]);
}
