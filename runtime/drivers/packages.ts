/**
 * Loads a client library that only some apps need, so that it is an optional peer of this package.
 *
 * @throws Error that says what to install
 */
export function load<T>(name: string, service: string, loader: () => T): T {
    try {
        return loader();
    } catch (error) {
        const { code, message } = error as { code?: string; message?: string };
        // Not where a package of the package is missing: that has another remedy.
        if (code !== "MODULE_NOT_FOUND" || !message?.includes(`'${name}'`)) throw error;
        throw new Error(
            `Queues of ${service} need the package "${name}", which is not installed: run \`npm install ${name}\`.`,
            { cause: error },
        );
    }
}
