/** What the stand-in for the management API keeps of Container Apps. */
export type Bag = Record<string, unknown>;

export interface Weight {
    readonly revisionName?: string;
    readonly latestRevision?: boolean;
    readonly weight: number;
}

export interface Configuration extends Bag {
    activeRevisionsMode: "Single" | "Multiple";
    secrets?: readonly { readonly name: string }[];
    ingress?: { external?: boolean; traffic?: readonly Weight[] };
}

export interface Template extends Bag {
    readonly containers: readonly {
        readonly image: string;
        readonly env?: readonly { readonly secretRef?: string }[];
    }[];
    readonly scale?: { readonly minReplicas?: number };
}

/** How the image of a revision behaves. */
export interface Behaviour {
    /** Time until it is ready; undefined never. */
    readonly readyAfterMilliseconds?: number;
    /** What Azure says of one that never is. */
    readonly failure?: string;
}

export interface Revision {
    readonly name: string;
    readonly createdAt: number;
    readonly number: number;
    readonly template: Template;
    active: boolean;
}

/** What the API refuses, with its code. */
export class Refusal extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
    ) {
        super(message);
    }
}
