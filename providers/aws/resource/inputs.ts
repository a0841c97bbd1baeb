/** How calls to AWS are made. */
export interface Access {
    readonly region: string;
    /** Profile of the AWS configuration; the environment's without. */
    readonly profile?: string;
}

/** What the judge of a rollout asks about. */
export interface ServingInputs extends Access {
    /** Name of the App, for messages. */
    readonly app: string;
    readonly cluster: string;
    readonly service: string;
    /** ARN of the task definition that should serve. */
    readonly taskDefinition: string;
    /** Time that the rollout may take. */
    readonly timeoutSeconds: number;
}

/** A command to run to its end in a task. */
export interface RunInputs extends Access {
    /** Name of the component that it belongs to, for messages. */
    readonly owner: string;
    readonly cluster: string;
    readonly taskDefinition: string;
    /** Name of the container whose command is replaced. */
    readonly container: string;
    readonly subnetIds: readonly string[];
    readonly securityGroupId: string;
    readonly logGroup: string;
    /** What the names of its log streams begin with. */
    readonly streamPrefix: string;
    readonly command: readonly string[];
    /** The command runs again when this changes. */
    readonly releaseId: string;
    readonly timeoutSeconds: number;
    /** How often a failed run is tried again. */
    readonly retries: number;
}
