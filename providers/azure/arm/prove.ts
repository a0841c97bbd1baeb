import type { DesiredApp, Shift } from "../resource/inputs.js";
import { type App, type AppClient, type Revision, releaseOf, type Weight, weightsOf } from "./container-app.js";
import { failureOf, readyRevision } from "./readiness.js";
import { SHORTEST_WATCH_SECONDS, verdictOn } from "./watch.js";

export interface Proof {
    readonly releaseId: string;
    readonly startupSeconds: number;
    readonly stopTimeoutSeconds: number;
    readonly desired: DesiredApp;
    readonly shift: Shift;
}

/** Proxies forget a revision later than Azure says; ending it at once gave 404s. */
const FORGET_SECONDS = 30;
const LOOK_SECONDS = 15;

/**
 * Moves the traffic of an app to a new release, step by step, before Pulumi's own update declares it. What is decided
 * follows from which release serves, never from what was declared before: an update that was killed is gone on with.
 *
 * @returns the revision that has all traffic; empty where there is no app yet
 * @throws Error when the release is taken back; the one before it then serves as before
 */
export async function prove(app: AppClient, proof: Proof): Promise<string> {
    const found = await app.get();
    if (found === undefined) return "";
    const before = await app.settled();
    const active = await app.activeRevisions();
    const weights = weightsOf(before);
    const isOurs = ({ properties }: Revision) => releaseOf(properties.template) === proof.releaseId;
    const candidate = active.find(isOurs);
    if (candidate !== undefined && weights.get(candidate.name) === 100) return candidate.name;
    const stable = active
        .filter((revision) => !isOurs(revision) && weights.has(revision.name))
        .sort((a, b) => (weights.get(b.name) ?? 0) - (weights.get(a.name) ?? 0))[0];
    // Nothing serves: there is nothing to go back to, and nothing to lose.
    if (stable === undefined) return "";
    checkMode(app.name, before, active);
    const shifting = new Shifting(app, proof, stable.name);
    try {
        if (candidate === undefined) await shifting.start(before);
        return await shifting.run(candidate === undefined ? 0 : (weights.get(candidate.name) ?? 0));
    } catch (error) {
        // Two who steer are worse than none.
        if (error instanceof SomebodyElse) throw error;
        await shifting.takeBack();
        throw new Error(
            `Release ${proof.releaseId} was taken back: ${(error as Error).message}. Revision ${stable.name} serves as before. ` +
                `Its log: az containerapp logs show --name ${app.name} --resource-group ${app.group.split("/").at(-1)}`,
        );
    }
}

/** @throws Error for a change of mode that would leave an app which does not start */
function checkMode(name: string, app: App, active: readonly Revision[]): void {
    const { configuration, latestRevisionName } = app.properties;
    if (configuration.activeRevisionsMode === "Multiple") return;
    if (active.length === 1 && active[0]?.name === latestRevisionName) return;
    throw new Error(
        `The container app ${name} is to change from one revision at a time to several, and ${active.length} are active ` +
            `(${active.map((revision) => revision.name).join(", ")}). Deactivate all but the latest, and run pulumi up again.`,
    );
}

class SomebodyElse extends Error {}

class Shifting {
    private candidate: string | undefined;
    private set: readonly Weight[] | undefined;

    constructor(
        private readonly app: AppClient,
        private readonly proof: Proof,
        private readonly stable: string,
    ) {}

    /** A revision without traffic, beside the old one. */
    async start(before: App): Promise<void> {
        const { latestRevisionName } = before.properties;
        const latest = (await this.app.revisions()).find(({ name }) => name === latestRevisionName);
        // Taken back before: Azure makes no other revision of the same template.
        if (latest && releaseOf(latest.properties.template) === this.proof.releaseId) {
            await this.app.activate(latest.name);
            return;
        }
        await this.make(before);
    }

    private async make(before: App): Promise<void> {
        const { template, secrets, registries, identities, identitySettings } = this.proof.desired;
        this.set = [{ revisionName: this.stable, weight: 100 }];
        await this.app.change(
            {
                template,
                configuration: {
                    activeRevisionsMode: "Multiple",
                    // What an active revision names must stay until it is gone.
                    secrets: union(before.properties.configuration.secrets ?? [], secrets),
                    registries,
                    identitySettings,
                    ingress: { traffic: this.set },
                },
            },
            {
                identity: {
                    type: "UserAssigned",
                    userAssignedIdentities: Object.fromEntries(identities.map((id) => [id, {}])),
                },
            },
        );
    }

    /** @param reached percent that an earlier update came to */
    async run(reached: number): Promise<string> {
        const { releaseId, startupSeconds, shift } = this.proof;
        const { name } = await readyRevision(this.app, releaseId, startupSeconds);
        this.candidate = name;
        for (const { percent, bakeSeconds } of shift.steps.filter((step) => step.percent >= reached)) {
            await this.send(percent);
            await this.bake(name, bakeSeconds);
        }
        await this.finish(name);
        return name;
    }

    private async send(percent: number): Promise<void> {
        await this.checkNobodyElse();
        this.set = [
            { revisionName: this.stable, weight: 100 - percent },
            ...(this.candidate === undefined ? [] : [{ revisionName: this.candidate, weight: percent }]),
        ].filter(({ weight }) => weight > 0);
        await this.app.change({ configuration: { ingress: { traffic: this.set } } });
    }

    /** @throws SomebodyElse who has moved the traffic meanwhile */
    private async checkNobodyElse(): Promise<void> {
        if (this.set === undefined) return;
        const app = await this.app.settled();
        const found = weightsOf(app);
        const ours = new Map(this.set.map(({ revisionName = "", weight }) => [revisionName, weight]));
        const same = found.size === ours.size && [...ours].every(([name, weight]) => found.get(name) === weight);
        if (same) return;
        const shown = [...found].map(([name, weight]) => `${name} ${weight} %`).join(", ");
        throw new SomebodyElse(
            `Somebody else has moved the traffic of the container app ${this.app.name} (${shown}) during its update, which stops and leaves it so. ` +
                "Run pulumi up again to go on from there.",
        );
    }

    private async bake(revision: string, bakeSeconds: number): Promise<void> {
        const { errorPercent, alarms } = this.proof.shift;
        const watched = errorPercent !== undefined || alarms.length > 0;
        const seconds = watched && bakeSeconds > 0 ? Math.max(SHORTEST_WATCH_SECONDS, bakeSeconds) : bakeSeconds;
        const { clock } = this.app.client;
        const end = clock.now() + seconds * 1000;
        for (;;) {
            const found = (await this.app.activeRevisions()).find(({ name }) => name === revision);
            if (found === undefined) throw new Error(`revision ${revision} is not active any more`);
            const failure = failureOf(found) ?? (await verdictOn(this.app, revision, this.proof.shift));
            if (failure !== undefined) throw new Error(failure);
            const left = end - clock.now();
            if (left <= 0) return;
            await clock.sleep(Math.min(left, LOOK_SECONDS * 1000));
        }
    }

    /** What the declared state says too; and the end of everything that has no traffic. */
    private async finish(revision: string): Promise<void> {
        const { latestRevisionName } = (await this.app.settled()).properties;
        if (latestRevisionName === revision) {
            await this.app.change({ configuration: { ingress: { traffic: [{ latestRevision: true, weight: 100 }] } } });
        }
        await this.app.client.clock.sleep((this.proof.stopTimeoutSeconds + FORGET_SECONDS) * 1000);
        for (const { name } of await this.app.activeRevisions()) {
            if (name !== revision) await this.app.deactivate(name);
        }
    }

    async takeBack(): Promise<void> {
        await this.app.change({
            configuration: { ingress: { traffic: [{ revisionName: this.stable, weight: 100 }] } },
        });
        for (const { name, properties } of await this.app.activeRevisions()) {
            if (releaseOf(properties.template) === this.proof.releaseId) await this.app.deactivate(name);
        }
    }
}

function union(
    had: readonly { readonly name: string }[],
    wanted: readonly Readonly<Record<string, unknown>>[],
): readonly object[] {
    const names = new Set(wanted.map(({ name }) => name));
    return [...wanted, ...had.filter(({ name }) => !names.has(name))];
}
