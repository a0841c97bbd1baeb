import { awsCall, awsState } from "./aws-state.js";
import { azureCall, azureState } from "./azure-state.js";
import { kubernetesCall, kubernetesState } from "./kubernetes-state.js";
import { localState } from "./local-state.js";
import type { Recorded } from "./recording.js";

type Fields = Record<string, unknown>;

const STATES = [localState, kubernetesState, awsState, azureState];
const CALLS = [kubernetesCall, awsCall, azureCall];

/** State of a resource beyond its inputs, as its provider would answer; empty for a provider that no target uses. */
export function stateOf(resource: Recorded): Fields {
    return first(STATES, (answer) => answer(resource)) ?? {};
}

/** What a provider's function would answer; its arguments where no target uses it. */
export function answerOf(token: string, args: Fields): Fields {
    return first(CALLS, (answer) => answer(token, args)) ?? args;
}

function first<T>(answers: readonly T[], ask: (answer: T) => Fields | undefined): Fields | undefined {
    for (const answer of answers) {
        const given = ask(answer);
        if (given !== undefined) return given;
    }
    return undefined;
}
