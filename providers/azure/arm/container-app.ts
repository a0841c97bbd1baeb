import type { ArmClient } from "./client.js";
import { waitFor } from "./clock.js";

type Bag = Readonly<Record<string, unknown>>;

export interface Weight {
    readonly revisionName?: string;
    readonly latestRevision?: boolean;
    readonly weight: number;
}

export interface Template extends Bag {
    readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[];
    readonly scale?: { readonly minReplicas?: number };
}

/** What the driver reads of a Container App. */
export interface App {
    readonly properties: {
        readonly provisioningState: string;
        readonly latestRevisionName?: string;
        readonly latestReadyRevisionName?: string;
        readonly configuration: {
            readonly activeRevisionsMode: string;
            readonly secrets?: readonly { readonly name: string }[];
            readonly ingress?: { readonly external?: boolean; readonly traffic?: readonly Weight[] };
        };
        readonly template: Template;
    };
}

/** What the driver reads of a revision. */
export interface Revision {
    readonly name: string;
    readonly properties: {
        readonly active: boolean;
        readonly createdTime: string;
        readonly fqdn?: string;
        readonly healthState?: string;
        readonly runningState?: string;
        readonly runningStateDetails?: string;
        readonly provisioningState?: string;
        readonly provisioningError?: string;
        readonly replicas?: number;
        readonly template: Template;
    };
}

/** Azure takes a change and works on it; no next one is taken meanwhile. */
const CHANGE_SECONDS = 600;

/** One Container App, through the management API. */
export class AppClient {
    constructor(
        readonly client: ArmClient,
        /** Path of its resource group. */
        readonly group: string,
        readonly name: string,
    ) {}

    get path(): string {
        return `${this.group}/providers/Microsoft.App/containerApps/${this.name}`;
    }

    get(): Promise<App | undefined> {
        return this.client.find<App>(this.path);
    }

    /** Those that may get traffic, newest first. */
    async activeRevisions(): Promise<readonly Revision[]> {
        return (await this.revisions()).filter(({ properties }) => properties.active);
    }

    /** All of them, deactivated ones too, newest first. */
    async revisions(): Promise<readonly Revision[]> {
        const found: Revision[] = [];
        let next: string | undefined = `${this.path}/revisions`;
        while (next !== undefined) {
            const page: { readonly value: readonly Revision[]; readonly nextLink?: string } = await this.client.request(
                "GET",
                next,
            );
            found.push(...page.value);
            next = page.nextLink === undefined ? undefined : withoutVersion(page.nextLink);
        }
        return found.sort((a, b) => (a.properties.createdTime < b.properties.createdTime ? 1 : -1));
    }

    /** Changes the app, and waits until Azure has taken it. @throws Error when it does not */
    async change(properties: Bag, more: Bag = {}): Promise<App> {
        await this.client.request("PATCH", this.path, { ...more, properties });
        const app = await this.settled();
        if (app.properties.provisioningState === "Succeeded") return app;
        throw new Error(
            `Azure did not take a change of the container app ${this.name}: ${app.properties.provisioningState}`,
        );
    }

    /** The app, when no change of it is under way. @throws Error when one does not end */
    async settled(): Promise<App> {
        const app = await waitFor(this.client.clock, CHANGE_SECONDS, async () => {
            const found = await this.get();
            if (found === undefined) throw new Error(`The container app ${this.name} is gone.`);
            return isSettled(found.properties.provisioningState) ? found : undefined;
        });
        if (app !== undefined) return app;
        throw new Error(`Azure is still at work on the container app ${this.name} after ${CHANGE_SECONDS} seconds`);
    }

    async activate(revision: string): Promise<void> {
        await this.client.request("POST", `${this.path}/revisions/${revision}/activate`);
    }

    async deactivate(revision: string): Promise<void> {
        await this.client.request("POST", `${this.path}/revisions/${revision}/deactivate`);
    }
}

function isSettled(state: string): boolean {
    return ["Succeeded", "Failed", "Canceled"].includes(state);
}

/** Path and query of a link, without the version, which is added again. */
function withoutVersion(link: string): string {
    const url = new URL(link);
    url.searchParams.delete("api-version");
    return `${url.pathname}${url.search}`;
}

/** The release that a template is of. */
export function releaseOf(template: Template, marker = "RELEASE_ID"): string | undefined {
    return template.containers?.[0]?.env?.find(({ name }) => name === marker)?.value;
}

/** Percent of the traffic by revision. */
export function weightsOf(app: App): ReadonlyMap<string, number> {
    const { configuration, latestReadyRevisionName } = app.properties;
    const weights = new Map<string, number>();
    for (const { revisionName, latestRevision, weight } of configuration.ingress?.traffic ?? []) {
        const name = latestRevision ? latestReadyRevisionName : revisionName;
        if (name !== undefined && weight > 0) weights.set(name, (weights.get(name) ?? 0) + weight);
    }
    // In single mode there may be no list: the latest that is ready has it all.
    if (weights.size === 0 && latestReadyRevisionName !== undefined) weights.set(latestReadyRevisionName, 100);
    return weights;
}
