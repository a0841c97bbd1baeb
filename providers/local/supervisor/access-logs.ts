import type { Folders } from "./folders.js";
import type { Output, Stream } from "./output.js";

/** The access logs of the balancers, followed into the stack's default sink. */
export class AccessLogs {
    private readonly followed = new Map<string, Stream>();

    constructor(
        private readonly folders: Folders,
        private readonly output: Output,
    ) {}

    follow(balancer: string): void {
        if (this.followed.has(balancer)) return;
        const writer = { app: balancer, process: "access", replica: "", release: "" };
        const sink = () => this.folders.sink("default");
        this.followed.set(balancer, this.output.follow(this.folders.accessLog(balancer), writer, sink));
    }

    async forget(balancer: string): Promise<void> {
        const stream = this.followed.get(balancer);
        this.followed.delete(balancer);
        await stream?.closeAndRemove();
    }
}
