import { setImmediate } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";

/**
 * Runs a program under Pulumi's mocks, to be called once in a process: what it registered, and the CPU and the time from
 * its first line until every registration is done.
 *
 * @param {() => void} program
 * @param {{
 *     config: Record<string, string>,
 *     stateOf: (resource: object) => object | undefined,
 *     call?: (call: { token: string, inputs: object }) => object,
 *     onCustom?: (resource: object, state: object) => void,
 *     prepare?: () => Promise<unknown>,
 * }} options answers of the provider; who looks at each custom resource; what is loaded before the clock starts
 */
export async function measured(program, { config, stateOf, call = ({ inputs }) => inputs, onCustom, prepare }) {
    let custom = 0;
    const componentNames = [];
    await pulumi.runtime.setMocks(
        {
            newResource(resource) {
                if (!resource.custom) {
                    componentNames.push(resource.name);
                    // As the engine answers: a component has no state before it registers its outputs.
                    return { id: undefined, state: {} };
                }
                custom++;
                const state = { ...resource.inputs, ...stateOf(resource) };
                onCustom?.(resource, state);
                return { id: `${resource.name}-id`, state };
            },
            call,
        },
        "bench",
        "dev",
        false,
    );
    pulumi.runtime.setAllConfig(config);
    await prepare?.();

    globalThis.gc?.();
    const before = process.cpuUsage();
    const start = performance.now();
    program();
    await pulumi.runtime.disconnect();
    await setImmediate();
    const { user, system } = process.cpuUsage(before);
    const wallMilliseconds = performance.now() - start;
    const cpuMilliseconds = (user + system) / 1000;
    return { cpuMilliseconds, wallMilliseconds, custom, components: componentNames.length, componentNames };
}

/** Prints it for the process that started this one, and ends. */
export function print(result) {
    process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
