import type { AppClient } from "./container-app.js";

/** Fewer requests say nothing about a share. */
const FEWEST_REQUESTS = 20;
/** Azure's numbers come one to three minutes late. */
export const SHORTEST_WATCH_SECONDS = 180;

export interface Signals {
    readonly errorPercent?: number;
    readonly alarms: readonly string[];
}

interface Metrics {
    readonly value: readonly {
        readonly timeseries: readonly {
            readonly metadatavalues?: readonly { readonly name: { readonly value: string }; readonly value: string }[];
            readonly data: readonly { readonly total?: number }[];
        }[];
    }[];
}

/** Why a release should be taken back, if it should. */
export async function verdictOn(app: AppClient, revision: string, signals: Signals): Promise<string | undefined> {
    const { errorPercent, alarms } = signals;
    if (errorPercent !== undefined) {
        const { failed, all } = await requestsOf(app, revision);
        const percent = all === 0 ? 0 : (100 * failed) / all;
        if (all >= FEWEST_REQUESTS && percent > errorPercent) {
            return `${failed} of ${all} requests to revision ${revision} failed, ${percent.toFixed(1)} percent; allowed: ${errorPercent}`;
        }
    }
    for (const alarm of alarms) {
        if (await isRaised(app, alarm)) return `the alert ${alarm.split("/").at(-1)} is raised`;
    }
    return undefined;
}

/** Requests of a revision within the metric's last minutes, and those that the server failed. */
async function requestsOf(app: AppClient, revision: string): Promise<{ failed: number; all: number }> {
    const query = new URLSearchParams({
        metricnames: "Requests",
        aggregation: "Total",
        interval: "PT1M",
        $filter: `revisionName eq '${revision}' and statusCodeCategory eq '*'`,
    });
    const { value } = await app.client.request<Metrics>(
        "GET",
        `${app.path}/providers/Microsoft.Insights/metrics?${query}`,
    );
    let failed = 0;
    let all = 0;
    for (const { metadatavalues, data } of value.flatMap(({ timeseries }) => timeseries)) {
        const total = data.reduce((sum, { total = 0 }) => sum + total, 0);
        const category = metadatavalues?.find(({ name }) => name.value.toLowerCase() === "statuscodecategory")?.value;
        all += total;
        if (category?.startsWith("5")) failed += total;
    }
    return { failed, all };
}

async function isRaised(app: AppClient, alarm: string): Promise<boolean> {
    const subscription = /^\/subscriptions\/[^/]+/.exec(alarm)?.[0] ?? "";
    const query = new URLSearchParams({ alertRule: alarm, monitorCondition: "Fired" });
    const { value } = await app.client.request<{ readonly value: readonly unknown[] }>(
        "GET",
        `${subscription}/providers/Microsoft.AlertsManagement/alerts?${query}`,
    );
    return value.length > 0;
}
