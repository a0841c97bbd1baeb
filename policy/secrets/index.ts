/** What gave a secret away, and why it counts as one. Never holds the value. */
export interface SecretFinding {
    /** What it is: "password in a URL", "private key", … */
    readonly kind: string;
    /** Why, for a message. */
    readonly reason: string;
}

const SHAPES: readonly (readonly [kind: string, shape: RegExp])[] = [
    ["password in a URL", /^[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s:/@]+@/i],
    ["private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
    ["AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
    ["token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|xox[abprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{16,})\b/],
    ["Azure account key", /\bAccountKey=[A-Za-z0-9+/]{40,}/],
];
const NAME = /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SECRET_?KEY|CREDENTIALS?)$/i;
const HARMLESS = /^(?:|true|false|\d{1,5}|arn:[^\s]+|https?:\/\/[^\s:@]+|\/[^\s]*|\$\{.*\}|\{\{.*\}\})$/i;

/** Whether a variable's value is a secret that does not belong where everybody reads it. */
export function detectSecret(name: string, value: string): SecretFinding | undefined {
    const shape = SHAPES.find(([, pattern]) => pattern.test(value.slice(0, 10_000)));
    if (shape) return { kind: shape[0], reason: `its value has the shape of a ${shape[0]}` };
    if (NAME.test(name) && !HARMLESS.test(value)) {
        return { kind: "named like a secret", reason: "its name says that it is a secret" };
    }
    return undefined;
}
