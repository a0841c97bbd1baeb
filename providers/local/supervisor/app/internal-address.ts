import type { Context } from "../context.js";

/** The address that other apps of this machine use: one port, whatever the number of replicas. */
export class InternalAddress {
    private readonly object: string;

    constructor(
        app: string,
        private readonly context: Context,
        /** Of the app's source, in the proxies. */
        private readonly source: string,
    ) {
        this.object = `internal/${app}`;
    }

    /** Absent until it is listened on for the first time. */
    get port(): number | undefined {
        return this.context.ports.of(this.object);
    }

    get url(): string | undefined {
        return this.port === undefined ? undefined : `http://127.0.0.1:${this.port}`;
    }

    async listen(): Promise<void> {
        const { context, object } = this;
        const put = (port: number) =>
            context.proxies.of(context.home).putListener({
                id: object,
                port,
                serves: { source: this.source },
                algorithm: "roundRobin",
                idleTimeoutSeconds: 60,
                allowedCidrs: [],
                proxyProtocol: false,
            });
        await context.proxy.ensure();
        await context.ports.claim(object, put);
    }

    async remove(): Promise<void> {
        const { context, object } = this;
        if (this.port === undefined) return;
        if (context.proxy.pid !== undefined) await context.proxies.of(context.home).deleteListener(object);
        context.ports.forget(object);
    }
}
