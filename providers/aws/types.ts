/**
 * The types of the AWS target's children, for `transform`. Importing this module, for its types only, makes
 * `transform: { aws: … }` know them: `import type {} from "twelvefold/aws"`.
 *
 * @packageDocumentation
 */

// Named so that it is part of this project, which adds to it below.
import type {} from "../child-inputs.js";
import type { DataChildInputs } from "./types-data.js";

/** Children by kind and key. */
export interface AwsChildInputs extends DataChildInputs {
    Platform: Record<never, never>;
    LoadBalancer: Record<never, never>;
    App: Record<never, never>;
}

declare module "../child-inputs.js" {
    interface ChildInputs {
        /** Resources in an AWS account. */
        aws: AwsChildInputs;
    }
}
