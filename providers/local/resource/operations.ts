/**
 * What Pulumi's dynamic provider does for a local object. It runs in a process of the engine's, in the program's folder,
 * and only speaks to the supervisor, which does the work.
 */
import { isDeepStrictEqual } from "node:util";
import { connect, homeExists, isThere } from "../client.js";
import type { ObjectKind, ResultOf, SecretResultOf, Secrets, SpecOf } from "../spec.js";
import { telling } from "./progress.js";

interface Properties<K extends ObjectKind = ObjectKind> {
    readonly kind: K;
    readonly objectName: string;
    readonly home: string;
    readonly spec: SpecOf<K>;
    readonly secrets: Secrets;
    readonly result?: ResultOf<K>;
    readonly secretResult?: SecretResultOf<K>;
    readonly drift?: readonly string[];
}

export const provider = {
    async create(inputs: Properties) {
        const outs = await apply(inputs, inputs.objectName);
        return { id: `${inputs.kind}/${inputs.objectName}`, outs };
    },

    async diff(_id: string, olds: Properties, news: Properties) {
        // An update that changes nothing must bring back a supervisor that died, or what runs stays unwatched.
        const gone = olds.kind === "platform" && !(await isWatched(olds.home));
        const changed =
            gone ||
            olds.home !== news.home ||
            !isDeepStrictEqual(olds.spec, news.spec) ||
            !isDeepStrictEqual(olds.secrets ?? {}, news.secrets ?? {}) ||
            (olds.drift ?? []).length > 0;
        return { changes: changed };
    },

    async update(_id: string, olds: Properties, news: Properties) {
        if (olds.home !== news.home) {
            throw new Error(
                `${olds.kind} "${olds.objectName}" lives in ${olds.home}, and this run looks for it in ${news.home}. ` +
                    "The folder follows XDG_STATE_HOME and PULUMI_BACKEND_URL: set both as they were when the stack was made.",
            );
        }
        return { outs: await apply(news, olds.objectName) };
    },

    async read(id: string, olds: Properties) {
        if (!(await isThere(olds.home))) return { id: "", props: {} };
        const client = await connect(olds.home, { start: true });
        const found = await client.read(olds.kind, olds.objectName);
        if (!found.exists) return { id: "", props: {} };
        return {
            id,
            props: {
                ...olds,
                spec: found.spec ?? olds.spec,
                result: found.result ?? olds.result,
                secretResult: found.secretResult ?? olds.secretResult,
                drift: found.drift,
            },
        };
    },

    async delete(_id: string, props: Properties) {
        if (!(await isThere(props.home))) return;
        const client = await connect(props.home, { start: true });
        await client.remove(props.kind, props.objectName);
    },
};

/** Whether a home has a supervisor; one that has died is started again. */
async function isWatched(home: string): Promise<boolean> {
    if (!homeExists(home)) return false;
    await connect(home, { start: true });
    return true;
}

/** Makes the object as asked for, under the name that it was created with. */
async function apply(inputs: Properties, objectName: string): Promise<Properties> {
    const client = await connect(inputs.home, { start: true });
    const { kind, home, spec, secrets } = inputs;
    const { PATH } = process.env;
    const body = { spec, secrets, projectRoot: process.cwd(), ...(PATH === undefined ? {} : { searchPath: PATH }) };
    const { result, secretResult } = await telling(objectName, (onProgress) =>
        client.apply(kind, objectName, body, { onProgress }),
    );
    return { kind, objectName, home, spec, secrets, result, secretResult, drift: [] };
}
