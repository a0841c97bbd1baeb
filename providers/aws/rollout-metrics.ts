/** What the alarms of a rollout compute: metric math over CloudWatch's metrics, as plain data. */

export interface MetricQuery {
    readonly id: string;
    readonly label?: string;
    readonly expression?: string;
    readonly returnData: boolean;
    readonly metric?: {
        readonly namespace: string;
        readonly metricName: string;
        readonly dimensions: Record<string, string>;
        readonly period: number;
        readonly stat: string;
    };
}

/** A target group of a load balancer, by the ends of their ARNs. */
export interface Measured {
    readonly loadBalancer: string;
    readonly targetGroup: string;
}

const PERIOD_SECONDS = 60;

/** 1 while fewer tasks run than should. */
export function stuckMetrics(clusterName: string, serviceName: string): readonly MetricQuery[] {
    const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
    const count = (id: string, metricName: string): MetricQuery => ({
        id,
        returnData: false,
        metric: { namespace: "ECS/ContainerInsights", metricName, dimensions, period: PERIOD_SECONDS, stat: "Average" },
    });
    return [
        count("desired", "DesiredTaskCount"),
        count("running", "RunningTaskCount"),
        { id: "stuck", label: "tasks are missing", expression: "IF(desired > running, 1, 0)", returnData: true },
    ];
}

/** The highest share of server errors of any group, in percent. */
export function errorMetrics(groups: readonly Measured[]): readonly MetricQuery[] {
    const each = groups.flatMap((group, index) => [
        ofGroup(`e${index}`, "HTTPCode_Target_5XX_Count", "Sum", group),
        ofGroup(`r${index}`, "RequestCount", "Sum", group),
    ]);
    const shares = groups.map(
        (_, index) => `IF(FILL(r${index}, 0) > 0, 100 * FILL(e${index}, 0) / FILL(r${index}, 0), 0)`,
    );
    return [...each, { id: "share", label: "errors in percent", expression: highest(shares), returnData: true }];
}

/** The highest 99th percentile of any group, in seconds. */
export function latencyMetrics(groups: readonly Measured[]): readonly MetricQuery[] {
    const each = groups.map((group, index) => ofGroup(`t${index}`, "TargetResponseTime", "p99", group));
    const times = groups.map((_, index) => `FILL(t${index}, 0)`);
    return [...each, { id: "p99", label: "99th percentile", expression: highest(times), returnData: true }];
}

function ofGroup(id: string, metricName: string, stat: string, { loadBalancer, targetGroup }: Measured): MetricQuery {
    const dimensions = { LoadBalancer: loadBalancer, TargetGroup: targetGroup };
    const metric = { namespace: "AWS/ApplicationELB", metricName, dimensions, period: PERIOD_SECONDS, stat };
    return { id, returnData: false, metric };
}

function highest(expressions: readonly string[]): string {
    const [only, ...more] = expressions;
    return more.length === 0 && only !== undefined ? only : `MAX([${expressions.join(", ")}])`;
}
