import { choosePort, isFree } from "./app/ports.js";
import type { Folders } from "./folders.js";
import { isRecord, readJson, writeJson } from "./json-file.js";
import { Turns } from "./wait.js";

/** The ports that objects were given: chosen once, and kept as long as the object is there. */
export class Ports {
    private readonly file: string;
    private ports: Record<string, number>;
    private readonly turns = new Turns();

    constructor(private readonly folders: Folders) {
        this.file = folders.state("ports.json");
        this.ports = readJson(this.file, isPorts).value ?? {};
    }

    of(object: string): number | undefined {
        return this.ports[object];
    }

    /** The object's port; a new one when it has none. */
    keep(object: string): Promise<number> {
        return this.turns.take(async () => this.ports[object] ?? this.choose(object));
    }

    /** Listens on the object's port, or on another one when somebody else has taken it. */
    async claim(object: string, listen: (port: number) => Promise<void>): Promise<number> {
        const port = await this.keep(object);
        try {
            await listen(port);
            return port;
        } catch (error) {
            // Free, and refused all the same: another port would not help.
            if (await isFree(port)) throw error;
        }
        const other = await this.turns.take(() => this.choose(object));
        await listen(other);
        return other;
    }

    forget(object: string): void {
        if (!(object in this.ports)) return;
        const { [object]: _gone, ...ports } = this.ports;
        this.save(ports);
    }

    private async choose(object: string): Promise<number> {
        const taken = new Set(Object.entries(this.ports).flatMap(([key, port]) => (key === object ? [] : port)));
        const port = await choosePort(this.folders.home, object, taken);
        this.save({ ...this.ports, [object]: port });
        return port;
    }

    private save(ports: Record<string, number>): void {
        writeJson(this.file, ports);
        this.ports = ports;
    }
}

function isPorts(value: unknown): value is Record<string, number> {
    return isRecord(value) && Object.values(value).every((port) => typeof port === "number");
}
