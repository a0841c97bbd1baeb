/**
 * Runs one Pulumi program under mocks, in a process of its own: the program may change the working folder, end the
 * process or leave timers behind. What it writes goes to the parent's standard error.
 */
import * as pulumi from "@pulumi/pulumi";
import { runProgram } from "../../testing/index.js";
import type { Recorded } from "../../testing/recording.js";
import { answerTo, answerToCall, standIn } from "./answers.js";
import { runMain } from "./load.js";
import { exported, type Registration } from "./resources.js";
import type { ChildAnswer, ChildRequest } from "./run.js";

process.once("message", (request: ChildRequest) => {
    record(request).then(answer, (error: unknown) => answer({ error: messageOf(error) }));
});

async function record(request: ChildRequest): Promise<ChildAnswer> {
    const { project, stack, config, secretKeys, answers } = request;
    const registrations: Registration[] = [];
    const standIns = new Set<string>();
    process.chdir(request.folder);
    await runProgram(
        () => {
            listen(registrations);
            return runMain(request.main);
        },
        {
            project,
            stack,
            // A program without a target is told so, as by `pulumi up`.
            config: { "twelvefold:target": "", ...config },
            secretKeys,
            state: (resource: Recorded) => {
                const known = answerTo(answers, resource);
                const invented = known === undefined ? standIn(resource) : undefined;
                if (invented !== undefined) standIns.add(invented);
                return known;
            },
            call: (token, args) => {
                const known = answerToCall(answers, token, args);
                if (known === undefined) standIns.add(`the answer of ${token}`);
                return known;
            },
        },
    );
    return { resources: exported(registrations), standIns: [...standIns] };
}

type Register = (request: RegisterRequest, callback: (error: unknown, response: unknown) => void) => Promise<void>;

interface RegisterRequest {
    getType(): string;
    getName(): string;
    getParent(): string;
    getDependenciesList(): string[];
    getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

/** Mocks give the inputs with secrets known by their first name only; the request knows each of them. */
function listen(registrations: Registration[]): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) =>
        register(request, (error, response) => {
            if (!error) {
                registrations.push({
                    type: request.getType(),
                    name: request.getName(),
                    urn: (response as { getUrn(): string }).getUrn(),
                    parent: request.getParent(),
                    dependencies: request.getDependenciesList(),
                    inputs: request.getObject()?.toJavaScript() ?? {},
                });
            }
            callback(error, response);
        });
}

function messageOf(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    const known = isRunError(error) || error.name === "TSError";
    return known ? error.message : (error.stack ?? error.message);
}

function isRunError(error: Error): boolean {
    return pulumi.RunError.isInstance(error);
}

function answer(message: ChildAnswer): void {
    process.send?.(message, () => process.exit(0));
}
