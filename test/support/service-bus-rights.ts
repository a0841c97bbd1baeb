import { randomBytes } from "node:crypto";
import type { Refused } from "./service-bus-queue.js";

export type Right = "Send" | "Listen";

/** Rules with a key, each for one right on one queue ("Service Bus access control with Shared Access Signatures"). */
export class Rights {
    readonly #rules = new Map<string, { readonly key: string; readonly queue: string; readonly right: Right }>();

    /** Returns the rule's name. */
    add(queue: string, right: Right): string {
        const name = `${queue}-${right.toLowerCase()}`;
        // Base64 with all that a URL has to encode.
        this.#rules.set(name, { key: `+/${randomBytes(30).toString("base64")}=`, queue, right });
        return name;
    }

    keyOf(name: string): string | undefined {
        return this.#rules.get(name)?.key;
    }

    /** Undefined when the rule gives the right. */
    refusal(name: string | undefined, queue: string, right: Right): Refused | undefined {
        const rule = this.#rules.get(name ?? "");
        if (rule?.right === right && rule.queue === queue) return undefined;
        return {
            condition: "amqp:unauthorized-access",
            description: `Unauthorized access. '${right}' claim(s) are required to perform this operation.`,
        };
    }
}
