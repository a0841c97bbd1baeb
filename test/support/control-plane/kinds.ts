import type { ApiHttp } from "./http.js";

export interface Kind {
    readonly apiVersion: string;
    readonly kind: string;
    readonly plural: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
}

/** Which kinds an API server has, and under which path (discovery). */
export class Kinds {
    private readonly known = new Map<string, Promise<readonly Kind[]>>();

    constructor(private readonly http: ApiHttp) {}

    /** Path of all objects of a kind, in one namespace or in all. */
    async pathOf(apiVersion: string, kind: string, namespace: string | undefined): Promise<string> {
        const found = (await this.of(apiVersion)).find((candidate) => candidate.kind === kind);
        if (found === undefined) throw new Error(`The API server has no ${apiVersion} ${kind}.`);
        const within = found.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
        return `${rootOf(apiVersion)}${within}/${found.plural}`;
    }

    /** Every kind that can be listed and deleted, in its preferred version. */
    async every(): Promise<readonly Kind[]> {
        const { groups } = (await this.http.request("GET", "/apis")) as {
            readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
        };
        const versions = ["v1", ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
        const kinds = await Promise.all(versions.map((version) => this.of(version)));
        return kinds.flat().filter(({ verbs }) => verbs.includes("list") && verbs.includes("delete"));
    }

    /** What was defined meanwhile becomes known. */
    forget(): void {
        this.known.clear();
    }

    private of(apiVersion: string): Promise<readonly Kind[]> {
        const known = this.known.get(apiVersion) ?? this.ask(apiVersion);
        this.known.set(apiVersion, known);
        return known;
    }

    private async ask(apiVersion: string): Promise<readonly Kind[]> {
        const { resources } = (await this.http.request("GET", rootOf(apiVersion))) as {
            readonly resources: readonly (Omit<Kind, "apiVersion" | "plural"> & { readonly name: string })[];
        };
        return resources
            .filter(({ name }) => !name.includes("/"))
            .map(({ name, kind, namespaced, verbs }) => ({ apiVersion, kind, plural: name, namespaced, verbs }));
    }
}

function rootOf(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
