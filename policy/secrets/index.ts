/**
 * Is a value that stands in the open, for example in an environment variable, a secret? Judged by what it looks like
 * first (a private key is one under any name), then by what its name says, then by how random it is. Pure, linear in
 * the length of the value, and no finding ever repeats the value.
 */
import { isRandom } from "./entropy.js";
import { isHarmless, isPlaceholder } from "./harmless.js";
import { type NameHint, nameHint } from "./names.js";
import { shapeOf } from "./shapes.js";
import { credentialsIn } from "./urls.js";

/** Why a value is taken for a secret. */
export interface SecretFinding {
    /** What it is, for example `private-key`, `url-password`, `named-secret`; stable, for exceptions and reports. */
    readonly kind: string;
    /** The reason, a clause that fits after "the value": `is a private key in PEM form`. */
    readonly reason: string;
}

/**
 * @param name - name of the variable or field, in any spelling (`DB_PASSWORD`, `dbPassword`)
 * @param value - its literal value
 * @returns the first reason to take it for a secret; undefined where there is none
 */
export function detectSecret(name: string, value: string): SecretFinding | undefined {
    const text = value.trim();
    if (isPlaceholder(text)) return undefined;
    return shapeOf(text) ?? credentialsIn(text) ?? inside(text) ?? named(nameHint(name), text) ?? random(name, text);
}

/** What is packed in the value: fields of a JSON document, the text behind base64. */
function inside(text: string): SecretFinding | undefined {
    if (/^[[{]/.test(text)) return inDocument(text);
    const decoded = decodedText(text);
    return decoded === undefined ? undefined : (shapeOf(decoded) ?? credentialsIn(decoded) ?? inDocument(decoded));
}

function inDocument(text: string): SecretFinding | undefined {
    let document: unknown;
    try {
        document = JSON.parse(text);
    } catch {
        return undefined;
    }
    const open: [name: string, value: unknown][] = [["", document]];
    for (let entry = open.pop(); entry; entry = open.pop()) {
        const [name, value] = entry;
        if (typeof value === "string") {
            const found = text === value ? undefined : detectSecret(name, value);
            if (found) return found;
        } else if (Array.isArray(value)) for (const item of value) open.push([name, item]);
        else if (typeof value === "object" && value !== null) open.push(...Object.entries(value));
    }
    return undefined;
}

/** The text that a value in base64 stands for; undefined where it is not base64, or not of text. */
export function decodedText(text: string): string | undefined {
    if (text.length < 12 || text.length % 4 === 1 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
    const decoded = Buffer.from(text, "base64").toString("utf8");
    return /^[\t\n\r\x20-\x7e]+$/.test(decoded) ? decoded : undefined;
}

function named(hint: NameHint, text: string): SecretFinding | undefined {
    if (hint === "none" || hint === "public" || isHarmless(text)) return undefined;
    if (hint === "secret")
        return { kind: "named-secret", reason: "is a literal, and its name says that it is a secret" };
    const key = text.length >= 16 && (isRandom(text) || /^(?=.*\d)(?=.*[a-f])[0-9a-f]{32,128}$/i.test(text));
    return key ? { kind: "named-key", reason: "looks like a key, and its name says that it is one" } : undefined;
}

function random(name: string, text: string): SecretFinding | undefined {
    if (text.length < 24 || nameHint(name) === "public" || isHarmless(text) || !isRandom(text)) return undefined;
    if (decodedText(text) !== undefined) return undefined;
    return { kind: "random", reason: "is long and random, as generated keys are" };
}
