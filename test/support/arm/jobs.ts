/** Container Apps jobs that somebody starts: each start is an execution with the job's template of that moment. */
type Bag = Record<string, unknown>;

export interface JobBehaviour {
    readonly endsAfterMilliseconds?: number;
    readonly status: "Succeeded" | "Failed";
}

export class Job {
    readonly executions: { readonly name: string; readonly startedAt: number; readonly template: unknown }[] = [];

    constructor(
        readonly name: string,
        public template: unknown,
        private readonly now: () => number,
        private readonly behaviour: () => JobBehaviour,
    ) {}

    start(): string {
        const name = `${this.name}-${this.executions.length + 1}`;
        this.executions.push({ name, startedAt: this.now(), template: structuredClone(this.template) });
        return name;
    }

    list(): readonly Bag[] {
        const { endsAfterMilliseconds = 0, status } = this.behaviour();
        return this.executions.map(({ name, startedAt, template }) => ({
            name,
            properties: {
                status: this.now() >= startedAt + endsAfterMilliseconds ? status : "Running",
                startTime: new Date(startedAt).toISOString(),
                template,
            },
        }));
    }
}
