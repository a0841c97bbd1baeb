export interface Entry {
    readonly name: string;
    readonly value: string;
    /** Whether it is one. */
    readonly secret: boolean;
    /** Whether it may be looked at when the detection is changed. */
    readonly heldBack: boolean;
}

export function corpus(): readonly Entry[];
