import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, ApiHttp } from "./http.js";
import { Kinds } from "./kinds.js";
import { type ApiObject, described, type Reference } from "./objects.js";

export interface ApplyOptions {
    /** Take fields that another manager owns. Default: fail with a conflict. */
    readonly force?: boolean;
    /** Pass all of admission and validation, but store nothing. */
    readonly dryRun?: boolean;
}

/** A small client of the Kubernetes API: just what the proof needs. */
export class ApiClient {
    readonly http: ApiHttp;
    readonly kinds: Kinds;

    constructor(server: string, ca: string, token: string) {
        this.http = new ApiHttp(server, ca, token);
        this.kinds = new Kinds(this.http);
    }

    /** Server-side apply, strict about unknown fields. */
    async apply(object: ApiObject, options: ApplyOptions = {}): Promise<ApiObject> {
        const query = new URLSearchParams({
            fieldManager: "twelvefold",
            fieldValidation: "Strict",
            force: String(options.force ?? false),
            ...(options.dryRun ? { dryRun: "All" } : {}),
        });
        const path = `${await this.pathOf(object)}?${query}`;
        return (await this.http.request("PATCH", path, object, "application/apply-patch+yaml")) as ApiObject;
    }

    async get(reference: Reference): Promise<ApiObject | undefined> {
        try {
            return (await this.http.request("GET", await this.pathOf(reference))) as ApiObject;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return undefined;
            throw error;
        }
    }

    async list(apiVersion: string, kind: string, namespace?: string, labels = ""): Promise<readonly ApiObject[]> {
        const path = await this.kinds.pathOf(apiVersion, kind, namespace);
        const query = new URLSearchParams({ labelSelector: labels });
        const { items } = (await this.http.request("GET", `${path}?${query}`)) as {
            readonly items: readonly ApiObject[];
        };
        return items.map((item) => ({ ...item, apiVersion, kind }));
    }

    async delete(reference: Reference): Promise<void> {
        await this.http.request("DELETE", `${await this.pathOf(reference)}?propagationPolicy=Background`);
    }

    /** Merge patch by another manager, of the object or of a subresource: `scale`, `status`. */
    async patch(reference: Reference, change: object, subresource?: string): Promise<void> {
        const path = [await this.pathOf(reference), ...(subresource === undefined ? [] : [subresource])].join("/");
        await this.http.request("PATCH", `${path}?fieldManager=other`, change, "application/merge-patch+json");
    }

    /** Waits until an object is as wanted. @throws with the object as it was last */
    async waitFor(
        reference: Reference,
        what: string,
        holds: (object: ApiObject | undefined) => boolean,
        seconds = 120,
    ): Promise<ApiObject | undefined> {
        const deadline = performance.now() + seconds * 1000;
        for (;;) {
            const object = await this.get(reference);
            if (holds(object)) return object;
            if (performance.now() > deadline) {
                const last = object === undefined ? "it is not there" : JSON.stringify(object.status ?? object);
                throw new Error(`${described(reference)} is not ${what} after ${seconds} s: ${last}`);
            }
            await sleep(100);
        }
    }

    private async pathOf({ apiVersion, kind, metadata }: Reference): Promise<string> {
        return `${await this.kinds.pathOf(apiVersion, kind, metadata.namespace)}/${metadata.name}`;
    }
}
