/** A stand-in for Azure's management API on loopback: what the awaited steps of the azure target use of it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ContainerApp } from "./container-apps.js";
import { Job, type JobBehaviour } from "./jobs.js";
import { type Behaviour, Refusal, type Template } from "./types.js";

type Bag = Record<string, unknown>;

export interface ArmOptions {
    /** Default: the time of this machine. */
    readonly now?: () => number;
    /** How images behave; by default all are ready at once. */
    readonly images?: Readonly<Record<string, Behaviour>>;
    /** How long a change of an app takes. Default: 0. */
    readonly changeMilliseconds?: number;
}

export const GROUP = "/subscriptions/s/resourceGroups/g";
export const TOKEN = "token-of-the-test";

export class StandInArm {
    readonly apps = new Map<string, ContainerApp>();
    readonly jobs = new Map<string, Job>();
    /** Methods and paths, in the order of asking. */
    readonly requests: string[] = [];
    /** How many of the next requests are throttled. */
    throttled = 0;
    /** Requests by revision and category of status code. */
    readonly metrics = new Map<string, Readonly<Record<string, number>>>();
    readonly firedAlerts = new Set<string>();
    jobBehaviour: JobBehaviour = { status: "Succeeded" };
    readonly images = new Map<string, Behaviour>();

    private constructor(
        private readonly server: Server,
        private readonly now: () => number,
        private readonly changeMilliseconds: number,
    ) {}

    static async start(options: ArmOptions = {}): Promise<StandInArm> {
        const server = createServer();
        const arm = new StandInArm(server, options.now ?? (() => performance.now()), options.changeMilliseconds ?? 0);
        for (const [image, behaviour] of Object.entries(options.images ?? {})) arm.images.set(image, behaviour);
        server.on("request", (request, response) => void arm.handle(request, response));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return arm;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    /** What Pulumi's own update does. */
    put(name: string, body: { readonly configuration: Bag; readonly template: Template }): ContainerApp {
        const known = this.apps.get(name);
        if (known) {
            known.change(body);
            return known;
        }
        const behaviourOf = (image: string) => this.images.get(image) ?? { readyAfterMilliseconds: 0 };
        const configuration = body.configuration as ConstructorParameters<typeof ContainerApp>[1];
        const app = new ContainerApp(
            name,
            configuration,
            body.template,
            this.now,
            behaviourOf,
            this.changeMilliseconds,
        );
        this.apps.set(name, app);
        return app;
    }

    putJob(name: string, template: unknown): Job {
        const job = this.jobs.get(name) ?? new Job(name, template, this.now, () => this.jobBehaviour);
        job.template = template;
        this.jobs.set(name, job);
        return job;
    }

    private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const url = new URL(request.url ?? "/", "http://arm");
        const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => {
            response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
        };
        try {
            this.requests.push(`${request.method} ${url.pathname.replace(GROUP, "")}`);
            if (request.headers.authorization !== `Bearer ${TOKEN}`) {
                throw new Refusal(401, "AuthenticationFailed", "The token is missing or expired.");
            }
            if (!url.searchParams.has("api-version"))
                throw new Refusal(400, "MissingApiVersionParameter", "api-version");
            if (this.throttled > 0) {
                this.throttled--;
                answer(429, { error: { code: "TooManyRequests", message: "Slow down." } }, { "retry-after": "2" });
                return;
            }
            const text = Buffer.concat(chunks).toString();
            const body = (text === "" ? {} : JSON.parse(text)) as Bag;
            answer(request.method === "GET" ? 200 : 202, this.route(request.method ?? "GET", url, body));
        } catch (error) {
            const { status, code, message } =
                error instanceof Refusal ? error : new Refusal(500, "Broken", String(error));
            answer(status, { error: { code, message } });
        }
    }

    private route(method: string, url: URL, body: Bag): unknown {
        if (url.pathname.endsWith("/Microsoft.AlertsManagement/alerts")) {
            const rule = url.searchParams.get("alertRule") ?? "";
            return { value: this.firedAlerts.has(rule) ? [{ name: rule }] : [] };
        }
        const [, kind, name = "", rest = ""] =
            /\/providers\/Microsoft\.App\/(containerApps|jobs)\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
        if (kind === "jobs" && method === "PUT") {
            return { name: this.putJob(name, (body.properties as { readonly template: unknown }).template).name };
        }
        if (kind === "jobs") return this.routeJob(method, this.found(this.jobs.get(name), name), rest);
        if (kind === "containerApps") return this.routeApp(method, name, rest, url, body);
        throw new Refusal(404, "InvalidResourceType", `${method} ${url.pathname} is not known here.`);
    }

    private routeApp(method: string, name: string, rest: string, url: URL, body: Bag): unknown {
        if (method === "PUT")
            return this.put(name, body.properties as Parameters<StandInArm["put"]>[1]).show(url.pathname);
        const app = this.found(this.apps.get(name), name);
        if (rest === "" && method === "GET") return app.show(url.pathname);
        if (rest === "" && method === "PATCH") {
            app.change(body.properties as Parameters<ContainerApp["change"]>[0]);
            return {};
        }
        if (rest === "/revisions") return { value: app.list() };
        if (rest === "/providers/Microsoft.Insights/metrics")
            return this.metricsOf(url.searchParams.get("$filter") ?? "");
        const [, revision, verb] = /^\/revisions\/([^/]+)\/(activate|deactivate)$/.exec(rest) ?? [];
        if (method !== "POST" || revision === undefined) throw new Refusal(404, "NotFound", rest);
        app.setActive(revision, verb === "activate");
        return {};
    }

    private routeJob(method: string, job: Job, rest: string): unknown {
        if (method === "POST" && rest === "/start") return { name: job.start() };
        if (rest === "/executions") return { value: job.list() };
        const name = /^\/executions\/([^/]+)$/.exec(rest)?.[1];
        return this.found(
            job.list().find((execution) => execution.name === name),
            rest,
        );
    }

    private metricsOf(filter: string): unknown {
        const revision = /revisionName eq '([^']+)'/.exec(filter)?.[1] ?? "";
        const timeseries = Object.entries(this.metrics.get(revision) ?? {}).map(([category, total]) => ({
            metadatavalues: [{ name: { value: "statuscodecategory" }, value: category }],
            data: [{ total: total / 2 }, { total: total / 2 }, {}],
        }));
        return { value: [{ timeseries }] };
    }

    private found<T>(thing: T | undefined, name: string): T {
        if (thing === undefined) throw new Refusal(404, "ResourceNotFound", `${name} was not found.`);
        return thing;
    }
}
