import type { Recorded } from "twelvefold/testing";
import { balancers } from "./balancers.js";
import { databases } from "./databases.js";
import { type Emulated, endpointAt, type Made } from "./emulated.js";
import { logs } from "./logs.js";
import { network } from "./network.js";
import { queues } from "./queues.js";
import { roles } from "./roles.js";
import { secrets } from "./secrets.js";
import { scaling, services } from "./services.js";

/** What was made, and what it was made of. */
export interface Deployed {
    readonly resource: Recorded;
    readonly made: Made;
}

/** Makes resources on the emulator in the place of Pulumi's provider, so that a program flows on with real answers. */
export class EmulatedProvider {
    readonly deployed: Deployed[] = [];
    private readonly types: Readonly<Record<string, Emulated>>;

    constructor(endpoint: string) {
        const at = endpointAt(endpoint);
        this.types = {
            ...balancers(at),
            ...databases(at),
            ...logs(at),
            ...network(at),
            ...queues(at),
            ...roles(at),
            ...scaling(at),
            ...secrets(at),
            ...services(at),
        };
    }

    has(type: string): boolean {
        return this.types[type] !== undefined;
    }

    /** @throws Error with what the emulator refused, and for which resource */
    async create(resource: Recorded): Promise<Made | undefined> {
        const emulated = this.types[resource.type];
        if (emulated === undefined) return undefined;
        try {
            const made = await emulated.create(resource.inputs, resource.name);
            this.deployed.push({ resource, made });
            return made;
        } catch (error) {
            throw new Error(`${resource.type} "${resource.name}": ${error instanceof Error ? error.message : error}`);
        }
    }

    /** What the emulator has of a resource, in the words of its inputs. */
    async read({ resource, made }: Deployed): Promise<Readonly<Record<string, unknown>> | undefined> {
        return this.types[resource.type]?.read?.(made, resource.inputs);
    }
}
