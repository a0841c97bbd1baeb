/**
 * The types of the AWS target's children, for `transform`. Importing this module, for its types only, makes
 * `transform: { aws: … }` know them: `import type {} from "twelvefold/aws"`.
 *
 * @packageDocumentation
 */
import type { DataChildInputs } from "./types-data.js";

/** Children by kind and key. */
export interface AwsChildInputs extends DataChildInputs {
    Platform: Record<never, never>;
    LoadBalancer: Record<never, never>;
    App: Record<never, never>;
}

declare module "../../components/base/transform.js" {
    interface ChildInputs {
        /** Resources in an AWS account. */
        aws: AwsChildInputs;
    }
}
