/** What the awaited steps are told: plain data, without secrets. */

/** Where something is in Azure. */
export interface Target {
    /** Address of the management API. */
    readonly managementUrl: string;
    readonly subscriptionId: string;
    readonly resourceGroup: string;
    /** Project and stack: which token file to read. */
    readonly owner: string;
    /** Holds the step back until a token is there; says nothing. */
    readonly ready?: string;
}

export interface ReleaseCommand {
    /** Name of the Container Apps job. */
    readonly job: string;
    readonly timeoutSeconds: number;
}

/** How traffic moves to a new release. */
export interface Shift {
    readonly steps: readonly { readonly percent: number; readonly bakeSeconds: number }[];
    /** Share of failed requests, in percent, that takes a release back. */
    readonly errorPercent?: number;
    /** Ids of alert rules that take a release back. */
    readonly alarms: readonly string[];
}

/** The parts of a Container App that make a revision. */
export interface DesiredApp {
    readonly template: Readonly<Record<string, unknown>>;
    readonly secrets: readonly Readonly<Record<string, unknown>>[];
    readonly registries: readonly Readonly<Record<string, unknown>>[];
    readonly identities: readonly string[];
    readonly identitySettings: readonly Readonly<Record<string, unknown>>[];
}

export interface ReleaseInputs extends Target {
    readonly app: string;
    readonly releaseId: string;
    readonly startupSeconds: number;
    readonly stopTimeoutSeconds: number;
    readonly command?: ReleaseCommand;
    /** Absent where Azure itself replaces one release by the next. */
    readonly shift?: Shift;
    readonly desired?: DesiredApp;
}

export interface ServingInputs extends Target {
    readonly app: string;
    readonly releaseId: string;
    readonly startupSeconds: number;
    /** Whether a release that never becomes ready is taken back by giving the app the old one's template. */
    readonly takesBack: boolean;
}

export interface RunInputs extends Target {
    readonly job: string;
    /** Changes with each release of its code, configuration or command. */
    readonly releaseId: string;
    readonly timeoutSeconds: number;
}
