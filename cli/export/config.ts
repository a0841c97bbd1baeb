import { SECRET } from "./format.js";

/** Configuration as a program reads it. */
export interface Configuration {
    readonly config: Readonly<Record<string, string>>;
    readonly secretKeys: readonly string[];
}

/**
 * Configuration of a stack without decrypting anything: a secret is a placeholder, and is marked as a secret.
 *
 * @param project `config` of Pulumi.yaml: defaults, and values
 * @param stack `config` of Pulumi.<stack>.yaml
 * @param given values of the command line, which win
 */
export function configurationOf(
    projectName: string,
    project: Readonly<Record<string, unknown>>,
    stack: Readonly<Record<string, unknown>>,
    given: Readonly<Record<string, string>>,
): Configuration {
    const config: Record<string, string> = {};
    const secretKeys = new Set<string>();
    const set = (key: string, value: unknown): void => {
        const full = key.includes(":") ? key : `${projectName}:${key}`;
        secretKeys.delete(full);
        if (holdsSecret(value)) secretKeys.add(full);
        const open = withoutSecrets(value);
        config[full] = typeof open === "string" ? open : JSON.stringify(open);
    };
    for (const [key, value] of Object.entries(project)) {
        const declared = declaredValue(value);
        if (declared !== undefined) set(key, declared);
    }
    for (const [key, value] of Object.entries(stack)) set(key, value);
    for (const [key, value] of Object.entries(given)) set(key, value);
    return { config, secretKeys: [...secretKeys] };
}

/** An entry of Pulumi.yaml is a value, or declares a type with a default or a value. */
function declaredValue(entry: unknown): unknown {
    if (typeof entry !== "object" || entry === null) return entry ?? undefined;
    const { value, default: fallback } = entry as { readonly value?: unknown; readonly default?: unknown };
    return value ?? fallback;
}

function isSecret(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    const keys = Object.keys(value);
    return keys.length === 1 && keys[0] === "secure";
}

function holdsSecret(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    return isSecret(value) || Object.values(value).some(holdsSecret);
}

function withoutSecrets(value: unknown): unknown {
    if (isSecret(value)) return SECRET;
    if (Array.isArray(value)) return value.map(withoutSecrets);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
