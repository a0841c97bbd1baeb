/** What target tracking follows: metric math over CloudWatch's metrics, as plain data (lists as Pulumi's types want them). */

interface Stat {
    readonly namespace: string;
    readonly metricName: string;
    readonly dimensions: { readonly name: string; readonly value: string }[];
}

export interface Metric {
    readonly id: string;
    readonly label: string;
    readonly returnData: boolean;
    readonly expression?: string;
    readonly metricStat?: { readonly metric: Stat; readonly stat: string };
}

export interface Service {
    readonly clusterName: string;
    readonly serviceName: string;
}

/** Messages that wait for each running task. */
export function backlogMetrics(queueName: string, { clusterName, serviceName }: Service): Metric[] {
    const waiting: Stat = {
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: [{ name: "QueueName", value: queueName }],
    };
    const running: Stat = {
        namespace: "ECS/ContainerInsights",
        metricName: "RunningTaskCount",
        dimensions: [
            { name: "ClusterName", value: clusterName },
            { name: "ServiceName", value: serviceName },
        ],
    };
    return [
        { id: "m1", label: "waiting messages", returnData: false, metricStat: { metric: waiting, stat: "Sum" } },
        { id: "m2", label: "running tasks", returnData: false, metricStat: { metric: running, stat: "Average" } },
        { id: "e1", label: "waiting messages per task", returnData: true, expression: "m1 / m2" },
    ];
}

/** Requests a minute that each task gets, over several target groups: a green one, or those of several load balancers. */
export function requestMetrics(targetGroups: readonly string[]): Metric[] {
    const counts = targetGroups.map((targetGroup, index): Metric => {
        const metric: Stat = {
            namespace: "AWS/ApplicationELB",
            metricName: "RequestCountPerTarget",
            dimensions: [{ name: "TargetGroup", value: targetGroup }],
        };
        return { id: `m${index}`, label: `requests ${index}`, returnData: false, metricStat: { metric, stat: "Sum" } };
    });
    // A group without traffic has no data, which would make the whole sum none.
    const expression = counts.map(({ id }) => `FILL(${id}, 0)`).join(" + ");
    return [...counts, { id: "e1", label: "requests per task", returnData: true, expression }];
}
