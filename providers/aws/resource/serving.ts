import {
    DescribeServiceDeploymentsCommand,
    DescribeServicesCommand,
    type ECSClient,
    ListServiceDeploymentsCommand,
} from "@aws-sdk/client-ecs";
import { type Clock, ecsClient, REAL_CLOCK } from "./clients.js";
import type { ServingInputs } from "./inputs.js";
import { judge, revisionOf, type Seen } from "./verdict.js";

interface Properties extends ServingInputs {
    /** ARN of the task definition that served when it was looked at last. */
    readonly served?: string;
}

const POLL_MILLISECONDS = 5_000;

/** What Pulumi's dynamic provider does for the judge of a rollout. It changes nothing. */
export const serving = {
    async create(inputs: Properties) {
        const { app, cluster, service } = inputs;
        return { id: `${cluster}/${service}/${app}`, outs: await serve(inputs) };
    },

    async diff(_id: string, olds: Properties, news: Properties) {
        const same = (["service", "cluster", "taskDefinition", "region"] as const).every((k) => olds[k] === news[k]);
        return { changes: !same || olds.served !== news.taskDefinition };
    },

    async update(_id: string, _olds: Properties, news: Properties) {
        return { outs: await serve(news) };
    },

    async read(id: string, olds: Properties) {
        const seen = await look(ecsClient(olds), olds);
        return { id, props: { ...olds, served: seen?.taskDefinition ?? "" } };
    },

    async delete() {},
};

async function serve(inputs: Properties): Promise<Properties> {
    await untilServing(ecsClient(inputs), inputs, REAL_CLOCK);
    const { region, profile, app, cluster, service, taskDefinition, timeoutSeconds } = inputs;
    const access = profile === undefined ? { region } : { region, profile };
    return { ...access, app, cluster, service, taskDefinition, timeoutSeconds, served: taskDefinition };
}

/**
 * Waits until the declared task definition serves.
 *
 * @throws Error when ECS has gone back to another one, or when it takes too long
 */
export async function untilServing(ecs: ECSClient, inputs: ServingInputs, clock: Clock): Promise<void> {
    const end = clock.now() + inputs.timeoutSeconds * 1000;
    for (;;) {
        const seen = await look(ecs, inputs);
        const verdict = judge(inputs.taskDefinition, seen);
        if (verdict.is === "serving") return;
        if (verdict.is === "failed") throw new Error(defeat(inputs, seen, verdict.why));
        if (clock.now() >= end) {
            throw new Error(
                `App "${inputs.app}" does not serve ${revisionOf(inputs.taskDefinition)} after ` +
                    `${inputs.timeoutSeconds} seconds: ${verdict.why}. Look at its events: ${eventsOf(inputs)}`,
            );
        }
        await clock.sleep(POLL_MILLISECONDS);
    }
}

function defeat(inputs: ServingInputs, seen: Seen | undefined, why: string): string {
    const back = seen?.taskDefinition;
    const other = back !== undefined && back !== inputs.taskDefinition;
    const what = other ? `ECS rolled it back to ${revisionOf(back)}` : "it failed";
    return (
        `App "${inputs.app}" does not serve ${revisionOf(inputs.taskDefinition)}; ${what}: ${why}. ` +
        `Look at its events: ${eventsOf(inputs)}`
    );
}

function eventsOf({ cluster, service, region }: ServingInputs): string {
    return `aws ecs describe-services --cluster ${cluster} --services ${service} --region ${region} --query 'services[0].events[:10]'`;
}

async function look(ecs: ECSClient, { cluster, service }: ServingInputs): Promise<Seen | undefined> {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const [found] = services;
    if (found === undefined) return undefined;
    const deployments = (found.deployments ?? []).map(({ taskDefinition, rolloutState, rolloutStateReason }) => ({
        ...(taskDefinition === undefined ? {} : { taskDefinition }),
        ...(rolloutState === undefined ? {} : { rolloutState }),
        ...(rolloutStateReason === undefined ? {} : { reason: rolloutStateReason }),
    }));
    const latest = await lookAtLatest(ecs, cluster, service);
    return {
        ...(found.status === undefined ? {} : { status: found.status }),
        ...(found.taskDefinition === undefined ? {} : { taskDefinition: found.taskDefinition }),
        deployments,
        ...(latest === undefined ? {} : { latest }),
    };
}

async function lookAtLatest(ecs: ECSClient, cluster: string, service: string): Promise<Seen["latest"]> {
    const { serviceDeployments: briefs = [] } = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
    const age = ({ createdAt }: { readonly createdAt?: Date | undefined }) => createdAt?.getTime() ?? 0;
    const newest = [...briefs].sort((a, b) => age(b) - age(a))[0]?.serviceDeploymentArn;
    if (newest === undefined) return undefined;
    const { serviceDeployments = [] } = await ecs.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [newest] }),
    );
    const [found] = serviceDeployments;
    const reason = found?.rollback?.reason ?? found?.statusReason;
    return {
        ...(found?.status === undefined ? {} : { status: found.status }),
        ...(reason === undefined ? {} : { reason }),
    };
}
