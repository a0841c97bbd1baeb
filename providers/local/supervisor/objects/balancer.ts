import type { BalancerSpec } from "../../spec.js";
import type { Answer, Context, ObjectKindHandler, Request } from "../context.js";
import type { ListenerConfig } from "../parts.js";
import { isConnectionError } from "../proxies.js";
import type { Entry } from "../store.js";
import { message } from "../wait.js";

export interface Balancers extends ObjectKindHandler<"balancer"> {
    /** Why a balancer does not listen. */
    problem(name: string): string | undefined;
}

/** Load balancers: listeners of the stack's proxy. */
export function balancers(context: Context): Balancers {
    const { home, folders, proxies, proxy, ports } = context;
    const problems = new Map<string, string>();
    const generations = new Map<string, number>();

    async function listener(
        name: string,
        spec: BalancerSpec,
        port: number,
        tlsPort: number | undefined,
    ): Promise<ListenerConfig> {
        const { tls } = spec;
        const certificate = tls && (await context.parts.certificate(folders.certificates(), tls.hostname));
        return {
            id: `balancer/${name}`,
            port,
            serves: { balancer: name },
            algorithm: spec.algorithm,
            idleTimeoutSeconds: spec.idleTimeoutSeconds,
            allowedCidrs: spec.allowedCidrs,
            ...(spec.accessLogs ? { accessLogFile: `${folders.accessLog(name)}.stdout` } : {}),
            ...(tls && certificate && tlsPort !== undefined
                ? { tls: { port: tlsPort, ...certificate, redirect: tls.redirect } }
                : {}),
            proxyProtocol: spec.proxyProtocol,
        };
    }

    async function listen(name: string, spec: BalancerSpec): Promise<{ port: number; tlsPort: number | undefined }> {
        await proxy.ensure();
        const generation = proxy.generation;
        let tlsPort: number | undefined;
        const put = async (port: number) => {
            if (spec.tls === undefined) {
                await proxies.of(home).putListener(await listener(name, spec, port, undefined));
                return;
            }
            tlsPort = await ports.claim(`balancer/${name}/tls`, async (secure) =>
                proxies.of(home).putListener(await listener(name, spec, port, secure)),
            );
        };
        let port = spec.port;
        if (port === 0) port = await ports.claim(`balancer/${name}`, put);
        else await put(port);
        if (spec.tls === undefined) ports.forget(`balancer/${name}/tls`);
        generations.set(name, generation);
        problems.delete(name);
        return { port, tlsPort };
    }

    const handler = {
        async apply({ name, spec }: Request<"balancer">): Promise<Answer<"balancer">> {
            if (spec.accessLogs) context.accessLogs.follow(name);
            const { port, tlsPort } = await listen(name, spec);
            if (spec.port !== 0) ports.forget(`balancer/${name}`);
            if (!spec.accessLogs) await context.accessLogs.forget(name);
            const hostname = localName(spec.tls?.hostname);
            const url = tlsPort === undefined ? `http://${hostname}:${port}` : `https://${hostname}:${tlsPort}`;
            return { result: { url, hostname, port: tlsPort ?? port }, secretResult: {} };
        },

        open(name: string): void {
            if (context.store.get("balancer", name)?.spec.accessLogs) context.accessLogs.follow(name);
        },

        /** After a restart the proxy has its listeners from its own file; they are told again all the same. */
        async reconcile({ name, spec }: Entry<"balancer">) {
            if (generations.get(name) === proxy.generation) return;
            try {
                const port = spec.port === 0 ? ports.of(`balancer/${name}`) : spec.port;
                if (port === undefined) return;
                await proxy.ensure();
                const { generation } = proxy;
                await proxies.of(home).putListener(await listener(name, spec, port, ports.of(`balancer/${name}/tls`)));
                generations.set(name, generation);
                problems.delete(name);
            } catch (error) {
                problems.set(name, message(error));
                throw error;
            }
        },

        async drift({ name }: Entry<"balancer">) {
            if (proxy.pid === undefined) return ["the load balancer's process is not running"];
            return [problems.get(name) ?? []].flat();
        },

        async remove(name: string) {
            await proxies
                .of(home)
                .deleteListener(`balancer/${name}`)
                .catch((error) => {
                    // A proxy that does not run listens nowhere; it is told again what there is when it starts.
                    if (!isConnectionError(error)) throw error;
                });
            await context.accessLogs.forget(name);
            ports.forget(`balancer/${name}`);
            ports.forget(`balancer/${name}/tls`);
            problems.delete(name);
            generations.delete(name);
        },

        problem: (name: string) => problems.get(name),
    };
    return { ...handler, undo: handler.remove };
}

/** Names under localhost are this machine's own; any other would not lead here, whatever the certificate says. */
function localName(hostname: string | undefined): string {
    return hostname !== undefined && /(^|\.)localhost$/.test(hostname) ? hostname : "127.0.0.1";
}
