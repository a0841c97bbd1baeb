import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/**
 * An error in the user's program. Pulumi prints a RunError without a stack trace, and would change two things about it
 * when it is thrown in an `apply`, which this class prevents:
 *
 * - it puts `error serializing property "…":` before the message, once for each level that it passes;
 * - it inspects the error, with the whole graph of promises that hangs on it by then, which takes half a minute
 *   (measured with @pulumi/pulumi 3.270).
 */
export class ProgramError extends pulumi.RunError {
    constructor(message: string) {
        super(message);
        Object.defineProperty(this, "message", {
            get: () => message,
            // Pulumi assigns to it, and in strict mode a property without a setter would throw.
            set: () => {},
        });
    }

    /** What Node and Pulumi print: the message alone. */
    [inspect.custom](): string {
        return this.message;
    }
}
