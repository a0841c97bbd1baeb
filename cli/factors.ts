import { readFileSync, writeFileSync } from "node:fs";
import { run } from "../engine/run.js";
import { CATALOG, PACK_NAME, type Profile, twelveFactorPolicies } from "../policy/index.js";
import { readEvents } from "../policy/report/engine-events.js";
import { asJson } from "../policy/report/json.js";
import { type Judgement, type Report, reportOf } from "../policy/report/report.js";
import { asSarif } from "../policy/report/sarif.js";
import { judgeSaved, profileOf, savedResources } from "../policy/report/saved-state.js";
import { asText } from "../policy/report/text.js";
import { packageVersion } from "../providers/local/supervisor/protocol.js";

export interface FactorsOptions {
    readonly stack?: string;
    readonly state?: string;
    readonly events?: string;
    readonly profile?: Profile;
    readonly format: "text" | "json" | "sarif";
    readonly output?: string;
    readonly failOn: "mandatory" | "advisory" | "never";
}

/** Prints how a stack stands to the twelve factors: its saved state, or what a preview with the pack has said. */
export async function printFactors(options: FactorsOptions): Promise<void> {
    if (options.events !== undefined && options.state !== undefined) {
        throw new Error("--events and --state were both given; allowed: one of them. Leave one out.");
    }
    const judgement =
        options.events === undefined
            ? judgeState(
                  options.state === undefined ? await exported(options.stack) : read(options.state),
                  options.profile,
              )
            : readEvents(read(options.events), { name: PACK_NAME, rules: CATALOG });
    const text = written(reportOf(CATALOG, judgement), options.format);
    if (options.output === undefined) process.stdout.write(text);
    else writeFileSync(options.output, text);
    const counted = judgement.violations.filter(({ level }) => level === "mandatory" || options.failOn === "advisory");
    if (options.failOn !== "never" && counted.length > 0) process.exitCode = 1;
}

function judgeState(text: string, chosen: Profile | undefined): Judgement {
    const resources = savedResources(text);
    const profile = chosen ?? profileOf(resources) ?? "production";
    return judgeSaved(twelveFactorPolicies({ profile }), resources);
}

function written(report: Report, format: FactorsOptions["format"]): string {
    if (format === "sarif") return asSarif(report, { version: packageVersion() });
    return format === "json" ? asJson(report) : asText(report);
}

function read(file: string): string {
    try {
        return readFileSync(file === "-" ? 0 : file, "utf8");
    } catch (error) {
        throw new Error(
            `${file} cannot be read: ${error instanceof Error ? error.message : error}. Give a file, or - for standard input.`,
        );
    }
}

/** Secrets stay encrypted: rules take an encrypted value for what it is. */
async function exported(stack: string | undefined): Promise<string> {
    const args = ["stack", "export", ...(stack === undefined ? [] : ["--stack", stack])];
    const { code, stdout, stderr } = await run("pulumi", args);
    if (code === 0) return stdout;
    const why = code === null && stderr.includes("ENOENT") ? "there is no pulumi on the PATH" : stderr.trim();
    throw new Error(
        `pulumi ${args.join(" ")} failed: ${why}. Or give a state: --state FILE, from \`pulumi stack export\`.`,
    );
}
