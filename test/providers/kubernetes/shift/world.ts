import type { Sample } from "#dist/providers/kubernetes/shift/judge.js";
import type { World } from "#dist/providers/kubernetes/shift/shift.js";

/** What may go wrong, by the number of the call to the world that it happens at. */
export interface Fate {
    readonly failsAt?: number;
    readonly supersededAt?: number;
    readonly sampleAt?: (call: number) => Partial<Sample>;
}

/** A cluster without a cluster: it keeps weights and selector, and time passes only while somebody sleeps. */
export class FakeWorld implements World {
    percent = 0;
    selected: string;
    replicas = 1;
    readonly history: string[] = [];
    private calls = 0;
    private seconds = 0;

    constructor(
        private readonly release: string,
        old: string,
        private readonly fate: Fate = {},
        private readonly oldReplicas = 4,
    ) {
        this.selected = old;
    }

    async serving(): Promise<string> {
        return this.selected;
    }

    async isNext(): Promise<boolean> {
        return !(this.fate.supersededAt !== undefined && this.calls >= this.fate.supersededAt);
    }

    async weigh(percent: number): Promise<void> {
        // Taking back is never what fails here: then nobody could do anything.
        if (percent > 0) this.call();
        this.percent = percent;
        this.history.push(`weigh ${percent}`);
    }

    async serve(): Promise<void> {
        this.call();
        this.selected = this.release;
        this.history.push("serve");
    }

    async replicasOf(): Promise<number> {
        this.call();
        return this.oldReplicas;
    }

    async scale(replicas: number): Promise<void> {
        this.call();
        this.replicas = replicas;
        this.history.push(`scale ${replicas}`);
    }

    async look(): Promise<Sample> {
        this.call();
        return {
            wanted: this.replicas,
            available: this.replicas,
            restarts: 0,
            ...this.fate.sampleAt?.(this.calls),
        };
    }

    async sleep(seconds: number): Promise<void> {
        this.call();
        this.seconds += seconds;
    }

    now(): number {
        return this.seconds;
    }

    log(): void {}

    private call(): void {
        this.calls++;
        if (this.calls === this.fate.failsAt) throw new Error("the cluster said no");
    }
}
