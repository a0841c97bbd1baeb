/**
 * What Pulumi's dynamic provider does for an awaited step. It runs in a process of the engine's, in the program's folder,
 * and speaks to Azure's management API with the token that the program keeps in a file.
 */
import { isDeepStrictEqual } from "node:util";
import { ArmClient } from "../arm/client.js";
import { realClock } from "../arm/clock.js";
import { AppClient } from "../arm/container-app.js";
import { prove } from "../arm/prove.js";
import { runOnce } from "../arm/run-once.js";
import { serving } from "../arm/serving.js";
import { readToken } from "../arm/token-file.js";
import type { ReleaseInputs, RunInputs, ServingInputs, Target } from "./inputs.js";

type Properties = (
    | ({ readonly step: "AzureRelease" } & ReleaseInputs)
    | ({ readonly step: "AzureServing" } & ServingInputs)
    | ({ readonly step: "AzureRun" } & RunInputs)
) & { readonly result?: string };

export const provider = {
    async create(inputs: Properties) {
        return { id: idOf(inputs), outs: { ...inputs, result: await take(inputs) } };
    },

    /** A step is taken again when what it is for has changed, not when the way to Azure has. */
    diff(_id: string, olds: Properties, news: Properties) {
        return Promise.resolve({ changes: !isDeepStrictEqual(purpose(olds), purpose(news)) });
    },

    async update(_id: string, _olds: Properties, news: Properties) {
        return { outs: { ...news, result: await take(news) } };
    },
};

function idOf(inputs: Properties): string {
    return `${inputs.step}/${inputs.step === "AzureRun" ? inputs.job : inputs.app}`;
}

function purpose(properties: Properties & { readonly __provider?: unknown }): object {
    const { managementUrl: _, ready: __, result: ___, __provider: ____, ...rest } = properties;
    return rest;
}

async function take(inputs: Properties): Promise<string> {
    const client = clientOf(inputs);
    const group = `/subscriptions/${inputs.subscriptionId}/resourceGroups/${inputs.resourceGroup}`;
    if (inputs.step === "AzureRun") {
        const { job, releaseId, timeoutSeconds } = inputs;
        return runOnce(client, { group, job, id: releaseId, marker: "RUN_ID", timeoutSeconds });
    }
    const app = new AppClient(client, group, inputs.app);
    if (inputs.step === "AzureServing") return serving(app, inputs);
    const { command, desired, shift, releaseId } = inputs;
    const ran =
        command === undefined ? "" : await runOnce(client, { group, ...command, id: releaseId, marker: "RELEASE_ID" });
    return desired === undefined || shift === undefined ? ran : prove(app, { ...inputs, desired, shift });
}

function clientOf({ managementUrl, owner }: Target): ArmClient {
    return new ArmClient({ managementUrl, token: () => readToken(owner), clock: realClock });
}
