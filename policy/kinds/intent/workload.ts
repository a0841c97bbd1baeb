import type { Container, Variable, Workload } from "../../model.js";
import type { Resource } from "../../resource.js";
import { each, type Fields, isOpaque, list, type Maybe, map, number, record, text, UNKNOWN } from "../../values.js";
import { asked, intentOf } from "./intent.js";

export function workloadOf(resource: Resource): Workload | undefined {
    const app = intentOf(resource, "App");
    if (app !== undefined) return workload(app, "service", `App ${JSON.stringify(resource.name)}`);
    const job = intentOf(resource, "Job");
    return job && workload(job, "job", `Job ${JSON.stringify(resource.name)}`);
}

function workload(intent: Fields, role: "service" | "job", where: string): Workload {
    return {
        platform: "intent",
        role,
        containers: [container(intent, where)],
        volumes: undefined,
        labels: undefined,
        hostNetwork: undefined,
    };
}

function container(intent: Fields, where: string): Container {
    const port = number(asked(intent, "port"));
    const health = record(asked(intent, "health"));
    return {
        where,
        initial: false,
        image: text(asked(intent, "image")),
        command: each(asked(intent, "command"), text),
        environment: environment(intent),
        ports: map(port, (known) => [{ number: known, name: undefined, host: undefined }]),
        mounts: undefined,
        readiness: health,
        liveness: health,
        startup: health,
    };
}

function environment(intent: Fields): Maybe<readonly Variable[]> {
    const plain = record(asked(intent, "environment"));
    const secrets = list(asked(intent, "secrets"));
    const bindings = record(asked(intent, "bindings"));
    for (const part of [plain, secrets, bindings]) if (isOpaque(part)) return part;
    return [
        // A value that only the engine will know is written as null.
        ...Object.entries((plain as Fields | undefined) ?? {}).map(
            ([name, value]): Variable => ({
                name,
                value: value === null ? UNKNOWN : text(value),
                reference: undefined,
            }),
        ),
        ...((secrets as readonly unknown[] | undefined) ?? []).map(
            (name): Variable => ({
                name: text(name),
                value: undefined,
                reference: "secret",
            }),
        ),
        ...Object.keys((bindings as Fields | undefined) ?? {}).map(
            (name): Variable => ({
                name,
                value: undefined,
                reference: "binding",
            }),
        ),
    ];
}
