import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { socketFolder } from "../paths.js";

/** Where things are in a home. */
export class Folders {
    constructor(readonly home: string) {}

    readonly run = () => path.join(this.home, "run");
    readonly state = (...names: string[]) => path.join(this.home, "state", ...names);
    readonly source = (digest: string) => path.join(this.home, "sources", digest);
    readonly sources = () => path.join(this.home, "sources");
    readonly releases = (app: string) => path.join(this.home, "releases", app);
    readonly raw = (...names: string[]) => path.join(this.home, "raw", ...names);
    readonly sink = (name: string) => path.join(this.home, "logs", name);
    readonly certificates = () => path.join(this.home, "certificates");
    readonly accessLog = (balancer: string) => this.raw("balancers", `${balancer}.access`);

    /** Everything in a home is its user's alone. */
    create(): void {
        for (const folder of [this.home, this.run(), this.state(), this.raw(), socketFolder(this.home)]) {
            mkdirSync(folder, { recursive: true, mode: 0o700 });
        }
    }
}
