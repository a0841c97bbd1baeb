/**
 * For unit tests of programs: runs a program without an engine and records every resource that it asks for.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import type { Profile, TargetName } from "../providers/contract.js";
import { answerOf, stateOf } from "./answers.js";
import { type Recorded, Recording } from "./recording.js";

export { platformRecord } from "./kubernetes-state.js";
export { type Recorded, Recording } from "./recording.js";

/** How a program is run. */
export interface ProgramOptions {
    /** Where the program believes to run. Default: local. */
    readonly target?: TargetName;
    /** Default: the target's own. */
    readonly profile?: Profile;
    /** More configuration, for example `{ "shop:retentionDays": "30" }`. Default: none. */
    readonly config?: Readonly<Record<string, string>>;
    /** Keys of `config` whose values are secrets. Default: none. */
    readonly secretKeys?: readonly string[];
    /** Default: test. */
    readonly project?: string;
    /** Default: dev. */
    readonly stack?: string;
    /** Run as a preview: what resources will answer is unknown. Default: false. */
    readonly preview?: boolean;
    /**
     * State of a resource beyond its inputs, as its provider would answer; also the outputs of stack references (type
     * `pulumi:pulumi:StackReference`). An `id` in it is the id of the resource. Default: local resources answer as the
     * supervisor does, all others echo.
     */
    readonly state?: (
        resource: Recorded,
    ) => Record<string, unknown> | undefined | Promise<Record<string, unknown> | undefined>;
    /** Answers of functions, such as `aws:index/getRegion:getRegion`. Default, or where undefined: their arguments. */
    readonly call?: (token: string, args: Record<string, unknown>) => Record<string, unknown> | undefined;
}

/**
 * Runs a program under Pulumi's mocks and waits until everything that it started has come to an end.
 *
 * @returns what was recorded; its `value` is what the program returned
 * @throws what the program threw, in the program itself or in an `apply`
 */
export async function runProgram<T>(
    program: () => T | Promise<T>,
    options: ProgramOptions = {},
): Promise<Recording<T>> {
    const resources: Recorded[] = [];
    const project = options.project ?? "test";
    const config: Record<string, string> = { "twelvefold:target": options.target ?? "local", ...options.config };
    if (options.profile !== undefined) config["twelvefold:profile"] = options.profile;
    await pulumi.runtime.setMocks(
        {
            newResource: async (args) => {
                const { inputs, secretInputs } = openInputs(args.inputs);
                const custom = args.custom ?? false;
                const read = args.id ? { id: args.id } : {};
                const recorded: Recorded = { type: args.type, name: args.name, custom, inputs, secretInputs, ...read };
                resources.push(recorded);
                const state = (await options.state?.(recorded)) ?? stateOf(recorded);
                const id = recorded.custom ? String(state.id ?? `${args.name}-id`) : undefined;
                return { id, state: { ...args.inputs, ...state } };
            },
            call: (args) => options.call?.(args.token, args.inputs) ?? answerOf(args.token, args.inputs),
        },
        project,
        options.stack ?? "dev",
        options.preview ?? false,
    );
    pulumi.runtime.setAllConfig(config, options.secretKeys ? [...options.secretKeys] : undefined);
    recordRegistrations(resources);
    const failures = new Failures();
    try {
        const value = await program();
        await settled(failures);
        failures.throwFirst();
        return new Recording(resources, value);
    } finally {
        // What a failed program had begun must not reach into the next one.
        await settled(failures);
        failures.stop();
    }
}

/** Inputs as a test wants to read them, and which of them are secret. */
function openInputs(inputs: Record<string, unknown>): Pick<Recorded, "inputs" | "secretInputs"> {
    const { isRpcSecret, unwrapRpcSecret } = pulumi.runtime;
    const secretInputs = Object.keys(inputs).filter((key) => isRpcSecret(inputs[key]));
    const open = Object.entries(inputs).map(([key, value]) => [key, unwrapRpcSecret(value)]);
    return { inputs: Object.fromEntries(open), secretInputs };
}

/** Mocks do not tell a resource's parent and options, but the request that they answer has them. */
function recordRegistrations(resources: Recorded[]): void {
    type Register = (request: RegisterRequest, callback: (error: unknown, response: unknown) => void) => Promise<void>;
    const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = async (request, callback) => {
        await register(request, callback);
        const recorded = resources.find((r) => r.type === request.getType() && r.name === request.getName());
        if (!recorded) return;
        Object.assign(recorded, {
            parent: request.getParent().split("::").at(-1) || undefined,
            dependsOn: request.getDependenciesList().map((urn) => urn.split("::").at(-1) ?? urn),
            protect: request.getProtect(),
            retainOnDelete: request.getRetainondelete(),
            ignoreChanges: request.getIgnorechangesList(),
        });
    };
}

interface RegisterRequest {
    getType(): string;
    getName(): string;
    getParent(): string;
    getDependenciesList(): string[];
    getProtect(): boolean;
    getRetainondelete(): boolean;
    getIgnorechangesList(): string[];
}

/**
 * Waits until no request is open, and for what was rejected on the way to become known as unhandled. After a failure some
 * versions of the SDK wait for ever for what failed; then the requests that can be answered have been after some turns.
 */
async function settled(failures: Failures): Promise<void> {
    await Promise.race([pulumi.runtime.disconnect(), failures.noted]);
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const TURNS = 20;

/** What fails in an `apply` surfaces as an unhandled rejection; a test wants it as an error. */
class Failures {
    /** Resolves with the first failure. */
    readonly noted: Promise<void>;
    private readonly others = process.listeners("unhandledRejection");
    private failure: { readonly error: unknown } | undefined;
    private readonly note: (error: unknown) => void;

    constructor() {
        let resolve: () => void;
        this.noted = new Promise((done) => {
            resolve = done;
        });
        this.note = (error) => {
            this.failure ??= { error };
            resolve();
        };
        process.removeAllListeners("unhandledRejection");
        process.on("unhandledRejection", this.note);
    }

    throwFirst(): void {
        if (this.failure) throw this.failure.error;
    }

    stop(): void {
        process.removeListener("unhandledRejection", this.note);
        for (const listener of this.others) process.on("unhandledRejection", listener);
    }
}
