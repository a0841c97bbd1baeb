/** A setting from the environment (factor III). A process that lacks one ends at its start, not at its first request. */
export function setting(name) {
    const value = process.env[name];
    if (!value) throw new Error(`The environment variable ${name} is not set; this process cannot work without it.`);
    return value;
}
