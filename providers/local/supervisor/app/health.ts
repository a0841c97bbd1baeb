import { type ProbeResult, probeCommand, probeHttp } from "../probe.js";
import { message } from "../wait.js";
import { program } from "./environment.js";
import type { ReplicaPlan } from "./replica-record.js";

/** Whether a replica may have requests; one without a port has none to wait for. */
export function probeReadiness({ listens, health }: ReplicaPlan, port: number | undefined): Promise<ProbeResult> {
    return listens && port !== undefined
        ? probeHttp(port, health.readinessPath, health.timeoutSeconds)
        : Promise.resolve(undefined);
}

/** Whether a replica works at all: by its path when it has a port, else by its command when it has one. */
export async function probeLiveness(plan: ReplicaPlan, port: number | undefined): Promise<ProbeResult> {
    const { health, cwd, env } = plan;
    if (plan.listens && port !== undefined) return probeHttp(port, health.livenessPath, health.timeoutSeconds);
    if (health.command === undefined) return undefined;
    try {
        const probe = program(health.command, cwd, env.PATH ?? "");
        return await probeCommand(probe, { cwd, env, timeoutSeconds: health.timeoutSeconds });
    } catch (error) {
        return message(error);
    }
}
