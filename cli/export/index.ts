import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Answers } from "./answers.js";
import { FORMATS } from "./formats/index.js";
import { runForExport } from "./run.js";

export interface ExportOptions {
    readonly format: string;
    readonly stack?: string;
    readonly cwd?: string;
    readonly config?: Readonly<Record<string, string>>;
    readonly answers?: string;
}

/** Runs the program and prints it; notes about it go to standard error. */
export async function printExport(options: ExportOptions): Promise<void> {
    const format = Object.hasOwn(FORMATS, options.format) ? FORMATS[options.format] : undefined;
    if (format === undefined) {
        const known = Object.values(FORMATS).map(({ name, description }) => `  ${name}: ${description}`);
        throw new Error(`--format is "${options.format}"; allowed:\n${known.join("\n")}`);
    }
    const { resources, standIns, ...program } = await runForExport({
        folder: options.cwd ?? process.cwd(),
        stack: options.stack,
        config: options.config ?? {},
        answers: options.answers === undefined ? {} : readAnswers(options.answers),
    });
    const text = format.print(resources, program);
    for (const standIn of standIns) console.error(`Invented, for want of an answer (--answers): ${standIn}`);
    process.stdout.write(text);
}

function readAnswers(file: string): Answers {
    if (!existsSync(file)) throw new Error(`--answers is ${file}, which does not exist.`);
    const answers: unknown = parse(readFileSync(file, "utf8"));
    if (typeof answers === "object" && answers !== null && !Array.isArray(answers)) return answers;
    throw new Error(`${file} holds no answers; allowed: an object with resources and calls (docs/export.md).`);
}

/** Collects `key=value`. */
export function setting(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) throw new Error(`--config is "${text}"; allowed: key=value.`);
    return { ...before, [key]: value };
}
