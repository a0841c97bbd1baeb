import type { Kind, Profile, TargetName } from "../../providers/contract.js";

/**
 * What was asked for, as plain data: no Outputs, no secrets. Policies, tests and people read it where the resources that
 * came of it are unknown at preview or differ between targets. Fields that only the engine will know are named in
 * `computed` and absent from the rest.
 */
export interface Intent {
    /** Kind of the component. */
    readonly kind: Kind;
    /** The target that it was built for. */
    readonly target: TargetName;
    /** The profile whose defaults it got. */
    readonly profile: Profile;
    /** Names of arguments whose value only the engine will know. */
    readonly computed: readonly string[];
    readonly [field: string]: unknown;
}
