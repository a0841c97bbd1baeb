import { type Api, ApiError } from "./api.js";
import type { Sample } from "./judge.js";
import { type Rule, type ShiftPlan, weigh } from "./plan.js";
import { ask } from "./prometheus.js";
import type { World } from "./shift.js";

interface ApiObject {
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
    readonly spec: {
        readonly replicas?: number;
        readonly selector?: Readonly<Record<string, string>>;
        readonly rules?: readonly Rule[];
    };
    readonly status?: {
        readonly availableReplicas?: number;
        readonly containerStatuses?: readonly { readonly restartCount: number }[];
    };
}

const CONFLICTS = 10;

/** The cluster, as the shift sees it. */
export class Cluster implements Omit<World, "sleep" | "now" | "log"> {
    private restartsBefore: number | undefined;

    constructor(
        private readonly plan: ShiftPlan,
        private readonly api: Api,
    ) {}

    async serving(): Promise<string> {
        const service = await this.found(this.core(`services/${this.plan.service}`));
        if (service === undefined) return "none";
        return service.spec.selector?.[this.plan.releaseLabel] ?? "all";
    }

    async isNext(): Promise<boolean> {
        const next = await this.found(this.core(`services/${this.plan.next}`));
        return next?.spec.selector?.[this.plan.releaseLabel] === this.plan.release;
    }

    async weigh(percent: number): Promise<void> {
        for (const route of this.plan.routes) await this.weighRoute(route, percent);
    }

    async serve(): Promise<void> {
        const { service, releaseLabel, release } = this.plan;
        await this.api.patch(this.core(`services/${service}`), { spec: { selector: { [releaseLabel]: release } } });
    }

    async replicasOf(release: string): Promise<number> {
        const items = await this.list(this.apps("deployments"), release);
        return items.reduce((most, { spec }) => Math.max(most, spec.replicas ?? 0), 0);
    }

    async scale(replicas: number): Promise<void> {
        await this.api.patch(this.apps(`deployments/${this.plan.deployment}/scale`), { spec: { replicas } });
    }

    async look(windowSeconds: number): Promise<Sample> {
        const path = this.apps(`deployments/${this.plan.deployment}`);
        const [deployment, pods, numbers] = await Promise.all([
            this.found(path),
            this.list(this.core("pods"), this.plan.release),
            ask(this.plan.prometheus, windowSeconds),
        ]);
        const restarts = pods
            .flatMap(({ status }) => status?.containerStatuses ?? [])
            .reduce((sum, { restartCount }) => sum + restartCount, 0);
        this.restartsBefore ??= restarts;
        return {
            wanted: deployment?.spec.replicas ?? 0,
            available: deployment?.status?.availableReplicas ?? 0,
            restarts: Math.max(0, restarts - this.restartsBefore),
            ...numbers,
        };
    }

    /** The gateway writes its status to the same object, so that somebody being faster is no reason to give up. */
    private async weighRoute(name: string, percent: number): Promise<void> {
        const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${this.plan.namespace}/httproutes/${name}`;
        for (let attempt = 1; ; attempt++) {
            const route = await this.found(path);
            if (route === undefined) return;
            const { resourceVersion } = route.metadata;
            const rules = weigh(route.spec.rules ?? [], this.plan, percent);
            try {
                await this.api.patch(path, { metadata: { resourceVersion }, spec: { rules } });
                return;
            } catch (error) {
                if (!(error instanceof ApiError) || error.status !== 409 || attempt === CONFLICTS) throw error;
            }
        }
    }

    private async list(path: string, release: string): Promise<readonly ApiObject[]> {
        const labels = { ...this.plan.selector, [this.plan.releaseLabel]: release };
        const labelSelector = Object.entries(labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(",");
        const answer = await this.api.get(`${path}?${new URLSearchParams({ labelSelector })}`);
        return answer.items as readonly ApiObject[];
    }

    private async found(path: string): Promise<ApiObject | undefined> {
        try {
            return (await this.api.get(path)) as unknown as ApiObject;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return undefined;
            throw error;
        }
    }

    private core(rest: string): string {
        return `/api/v1/namespaces/${this.plan.namespace}/${rest}`;
    }

    private apps(rest: string): string {
        return `/apis/apps/v1/namespaces/${this.plan.namespace}/${rest}`;
    }
}
