/** Loads a program as Pulumi's own loader does, which can't be had without the engine that it reports to. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, register } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";

/**
 * Runs the program in the current folder inside a stack, as `pulumi up` does.
 *
 * @param main file or folder within the current folder
 * @throws what the program threw
 */
export function runMain(main: string): Promise<unknown> {
    const manifest = manifestAbove(process.cwd());
    const isModule = manifest?.content.type === "module";
    if (process.env.PULUMI_NODEJS_TYPESCRIPT !== "false") registerTypeScript(isModule);
    const entry = main === "." ? entryOf(manifest) : path.resolve(main);
    return pulumi.runtime.runInPulumiStack(async () => {
        let exported: unknown = isModule ? await importModule(entry) : createRequire(`${process.cwd()}/`)(entry);
        // A default export is the program's outputs, and a function is the program.
        if (isModule && hasDefault(exported)) exported = exported.default;
        return typeof exported === "function" ? await exported() : await exported;
    });
}

interface Manifest {
    readonly folder: string;
    readonly content: { readonly type?: string; readonly main?: string };
}

function manifestAbove(folder: string): Manifest | undefined {
    for (let at = folder; ; at = path.dirname(at)) {
        const file = path.join(at, "package.json");
        if (existsSync(file)) return { folder: at, content: JSON.parse(readFileSync(file, "utf8")) };
        if (path.dirname(at) === at) return undefined;
    }
}

/** Without a `main` in Pulumi.yaml that of package.json counts, if there is such a file. */
function entryOf(manifest: Manifest | undefined): string {
    const named = manifest?.content.main === undefined ? undefined : path.join(manifest.folder, manifest.content.main);
    return named !== undefined && existsSync(named) ? named : process.cwd();
}

const INDEXES = ["index.js", "index.mjs", "index.ts", "index.mts"];

async function importModule(entry: string): Promise<unknown> {
    const index = INDEXES.map((name) => path.join(entry, name)).find((file) => existsSync(file));
    const file = statSync(entry).isDirectory() && index !== undefined ? index : entry;
    // TypeScript would make a require of it.
    const load = new Function("url", "return import(url)") as (url: string) => Promise<unknown>;
    return await load(pathToFileURL(file).href);
}

function hasDefault(exported: unknown): exported is { readonly default: unknown } {
    return typeof exported === "object" && exported !== null && "default" in exported;
}

interface TypeScript {
    parseConfigFileTextToJson(file: string, text: string): { readonly config?: { readonly compilerOptions?: object } };
}

/** The project's own compiler, else the one that comes with Pulumi; the project's tsconfig.json, else Pulumi's options. */
function registerTypeScript(isModule: boolean): void {
    const project = process.env.PULUMI_NODEJS_TSCONFIG_PATH ?? "tsconfig.json";
    const compiler = resolved("typescript", "typescript@3.8.3/typescript.js");
    const given = existsSync(project) ? compilerOptions(require(compiler) as TypeScript, project) : {};
    const { noCheck } = given as { readonly noCheck?: boolean };
    const module = isModule ? "nodenext" : "commonjs";
    const options = {
        compiler,
        ...(noCheck === undefined ? {} : { transpileOnly: noCheck }),
        project,
        skipProject: !existsSync(project),
        compilerOptions: {
            target: isModule ? "ES2022" : "ES2020",
            module,
            moduleResolution: isModule ? "nodenext" : "node",
            sourceMap: "true",
            ...given,
        },
    };
    if (isModule) {
        const hooks = require.resolve("@pulumi/pulumi/cmd/run/hooks.js");
        register(pathToFileURL(hooks).href, { data: options });
    } else {
        (require(resolved("ts-node", "ts-node@7.0.1")) as { register(options: object): void }).register(options);
    }
}

function compilerOptions(typescript: TypeScript, file: string): object {
    return typescript.parseConfigFileTextToJson(file, readFileSync(file, "utf8")).config?.compilerOptions ?? {};
}

function resolved(name: string, vendored: string): string {
    for (const from of [`${process.cwd()}/`, require.resolve("@pulumi/pulumi")]) {
        try {
            return createRequire(from).resolve(name);
        } catch {
            // Not there; the next one may have it.
        }
    }
    return require.resolve(`@pulumi/pulumi/vendor/${vendored}`);
}
