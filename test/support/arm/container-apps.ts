/**
 * The documented rules of Container Apps' revisions (learn.microsoft.com, container-apps/revisions): another template is
 * another revision, in single mode the old one keeps all traffic until the new one is ready, in multiple mode weights
 * are whole percents that sum to 100 and `latestRevision` means the latest that is ready, and an update succeeds even
 * though its revision never starts.
 */
import { isDeepStrictEqual } from "node:util";

import {
    type Bag,
    type Behaviour,
    type Configuration,
    Refusal,
    type Revision,
    type Template,
    type Weight,
} from "./types.js";

export class ContainerApp {
    private readonly revisions: Revision[] = [];
    private changedAt = 0;

    constructor(
        readonly name: string,
        private configuration: Configuration,
        template: Template,
        private readonly now: () => number,
        private readonly behaviourOf: (image: string) => Behaviour,
        private readonly changeMilliseconds: number,
    ) {
        this.checkTraffic(configuration.ingress?.traffic ?? []);
        this.revise(template);
    }

    /** A JSON merge patch, or the whole of it. */
    change(patch: { readonly configuration?: Partial<Configuration>; readonly template?: Template }): void {
        this.settle();
        if (this.now() < this.changedAt + this.changeMilliseconds) {
            throw new Refusal(
                409,
                "ContainerAppOperationInProgress",
                "Cannot modify the app: an operation is in progress.",
            );
        }
        const { ingress, ...rest } = patch.configuration ?? {};
        const configuration: Configuration = {
            ...this.configuration,
            ...rest,
            ...(ingress === undefined ? {} : { ingress: { ...this.configuration.ingress, ...ingress } }),
        };
        if (ingress?.traffic !== undefined) this.checkTraffic(ingress.traffic);
        this.checkSecrets(configuration);
        this.configuration = configuration;
        this.changedAt = this.now();
        if (patch.template !== undefined) this.revise(patch.template);
        this.settle();
    }

    setActive(name: string, active: boolean): void {
        this.find(name).active = active;
    }

    /** Percent by revision, as requests are really shared: a deactivated revision answers none of its share. */
    served(): Readonly<Record<string, number>> {
        this.settle();
        const shares: Record<string, number> = {};
        if (this.configuration.activeRevisionsMode === "Single") {
            const latest = this.latestReady();
            return latest === undefined ? {} : { [latest.name]: 100 };
        }
        for (const { revisionName, latestRevision, weight } of this.configuration.ingress?.traffic ?? []) {
            const name = latestRevision ? this.latestReady()?.name : revisionName;
            const key = name !== undefined && this.find(name).active ? name : "nobody";
            shares[key] = (shares[key] ?? 0) + weight;
        }
        return shares;
    }

    show(id: string): Bag {
        this.settle();
        return {
            id,
            name: this.name,
            properties: {
                provisioningState: this.now() < this.changedAt + this.changeMilliseconds ? "InProgress" : "Succeeded",
                latestRevisionName: this.latest().name,
                latestReadyRevisionName: this.latestReady()?.name,
                configuration: this.configuration,
                template: this.latest().template,
            },
        };
    }

    list(): readonly Bag[] {
        this.settle();
        const served = this.served();
        return this.revisions.map((revision) => {
            const behaviour = this.behaviourOf(revision.template.containers[0]?.image ?? "");
            const ready = this.isReady(revision);
            const replicas = revision.active && ready ? Math.max(1, revision.template.scale?.minReplicas ?? 1) : 0;
            return {
                name: revision.name,
                properties: {
                    active: revision.active,
                    createdTime: new Date(revision.createdAt).toISOString(),
                    healthState: ready ? "Healthy" : "Unhealthy",
                    runningState: ready ? "Running" : behaviour.failure === undefined ? "Processing" : "Failed",
                    ...(behaviour.failure === undefined ? {} : { runningStateDetails: behaviour.failure }),
                    provisioningState: "Provisioned",
                    trafficWeight: served[revision.name] ?? 0,
                    replicas,
                    template: revision.template,
                },
            };
        });
    }

    private revise(template: Template): void {
        if (this.revisions.length > 0 && isDeepStrictEqual(this.latest().template, template)) return;
        const number = this.revisions.length + 1;
        const name = `${this.name}--${String(number).padStart(7, "0")}`;
        // Two in one millisecond still have an order.
        this.revisions.push({ name, createdAt: this.now() + number, number, template, active: true });
    }

    /** What single mode does by itself. */
    private settle(): void {
        if (this.configuration.activeRevisionsMode !== "Single") return;
        const latest = this.latestReady();
        for (const revision of this.revisions) {
            if (latest !== undefined && revision.number < latest.number) revision.active = false;
            // One that was never ready ends when the next one is asked for.
            if (revision.number < this.latest().number && !this.isReady(revision)) revision.active = false;
        }
    }

    private isReady(revision: Revision): boolean {
        const { readyAfterMilliseconds } = this.behaviourOf(revision.template.containers[0]?.image ?? "");
        return readyAfterMilliseconds !== undefined && this.now() >= revision.createdAt + readyAfterMilliseconds;
    }

    private latest(): Revision {
        const latest = this.revisions.at(-1);
        if (latest === undefined) throw new Error("An app has a revision from its start.");
        return latest;
    }

    private latestReady(): Revision | undefined {
        return this.revisions.findLast((revision) => revision.active && this.isReady(revision));
    }

    private find(name: string): Revision {
        const found = this.revisions.find((revision) => revision.name === name);
        if (found === undefined) throw new Refusal(404, "RevisionNotFound", `Revision ${name} does not exist.`);
        return found;
    }

    private checkTraffic(traffic: readonly Weight[]): void {
        if (traffic.length === 0) return;
        const sum = traffic.reduce((total, { weight }) => total + weight, 0);
        if (sum !== 100 || traffic.some(({ weight }) => !Number.isInteger(weight))) {
            throw new Refusal(
                400,
                "InvalidTrafficWeights",
                `Traffic weights must be whole and sum to 100, not ${sum}.`,
            );
        }
        for (const { revisionName } of traffic) if (revisionName !== undefined) this.find(revisionName);
    }

    private checkSecrets({ activeRevisionsMode, secrets = [] }: Configuration): void {
        if (activeRevisionsMode !== "Multiple") return;
        const names = new Set(secrets.map(({ name }) => name));
        for (const { active, name, template } of this.revisions) {
            const missing = template.containers[0]?.env?.find(
                ({ secretRef }) => secretRef !== undefined && !names.has(secretRef),
            );
            if (active && missing) {
                throw new Refusal(
                    400,
                    "ContainerAppSecretInUse",
                    `Secret ${missing.secretRef} is in use by revision ${name}.`,
                );
            }
        }
    }
}
