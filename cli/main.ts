#!/usr/bin/env node
/** `twelvefold`: reads what runs on this machine. It changes nothing; that is what `pulumi up` is for. */
import { Command, InvalidArgumentError, Option } from "commander";
import { PROFILES } from "../providers/contract.js";
import { packageVersion } from "../providers/local/supervisor/protocol.js";
import { printDiagnosis } from "./doctor/index.js";
import { type ExportOptions, printExport, setting } from "./export/index.js";
import type { FactorsOptions } from "./factors.js";
import { chooseHome, type HomeOptions } from "./homes.js";
import { type LogsOptions, printLogs } from "./logs.js";
import { printStatus } from "./status.js";

const program = new Command("twelvefold")
    .description("Looks at the stacks that run on this machine. To change one, edit the program and run pulumi up.")
    .version(packageVersion());

function withHome(command: Command): Command {
    return command
        .option("--stack <name>", "the stack, when this project has several on this machine")
        .option("--project <name>", "the project, when it is not the one of this folder")
        .addOption(new Option("--home <folder>", "the stack's state folder").hideHelp());
}

withHome(program.command("status"))
    .description("apps, replicas, releases, load balancers, queues, databases and jobs of a stack")
    .option("--json", "as JSON")
    .action(async (options: HomeOptions & { json?: boolean }) => {
        await printStatus(chooseHome(options), options.json ?? false);
    });

withHome(program.command("logs"))
    .description("lines of a stack's apps, oldest first")
    .argument("[app]", "one app or job only")
    .option("-f, --follow", "go on with lines as they come")
    .option("--since <time>", "from a time (2026-01-31T12:00:00Z), or so long ago (10m, 2h, 1d)", pastTime)
    .option("--until <time>", "before a time, or so long ago", pastTime)
    .option("--grep <text>", "lines that contain the text, or match /an expression/")
    .option("--level <level>", "lines of this level or a more important one: debug, info, warn, error")
    .option("--sink <name>", "one log sink only")
    .option("-n, --lines <number>", "the newest so many", wholeNumber, 200)
    .option("--json", "one JSON record a line, with all fields")
    .action(async (app: string | undefined, options: LogsOptions) => {
        await printLogs(chooseHome(options), app, options);
    });

program
    .command("doctor")
    .description("what is missing, stale, leaked or locked on this machine, and the command that mends it")
    .action(printDiagnosis);

program
    .command("export")
    .description("what the program of a project would make, without an engine, a cloud or a cluster (docs/export.md)")
    .requiredOption("--format <name>", "kubernetes: YAML documents")
    .option("--stack <name>", "the stack whose configuration counts, when the project has several")
    .option("--cwd <folder>", "folder of the project; default: this one")
    .option("-c, --config <key=value>", "configuration that wins over the stack's; may be repeated", setting)
    .option("--answers <file>", "what cluster, cloud and registries would answer, as YAML")
    .action((options: ExportOptions) => printExport(options));

program
    .command("factors")
    .description("how a stack stands to the twelve factors: its saved state, or a preview with the policy pack")
    .option("--stack <name>", "the stack, as pulumi knows it; default: the selected one")
    .option("--state <file>", "an exported state instead (pulumi stack export), - for standard input")
    .option("--events <file>", "what a preview with the pack said (pulumi preview --policy-pack … --event-log FILE)")
    .addOption(new Option("--profile <profile>", "default: that of its components").choices(PROFILES))
    .addOption(new Option("--format <format>", "how it is written").choices(["text", "json", "sarif"]).default("text"))
    .option("-o, --output <file>", "write it there")
    .addOption(
        new Option("--fail-on <level>", "exit with 1 on such a violation")
            .choices(["mandatory", "advisory", "never"])
            .default("never"),
    )
    // Loaded when asked for: rules bring @pulumi/pulumi, which the other commands do without.
    .action(async (options: FactorsOptions) => (await import("./factors.js")).printFactors(options));

function wholeNumber(text: string): number {
    if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Allowed: a whole number from 1.");
    return Number(text);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function pastTime(text: string): Date {
    const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
    const seconds = unit === undefined ? undefined : UNIT_SECONDS[unit];
    const time = seconds === undefined ? new Date(text) : new Date(Date.now() - Number(count) * seconds * 1000);
    if (Number.isNaN(time.getTime())) {
        throw new InvalidArgumentError(
            'Allowed: a time such as "2026-01-31T12:00:00Z", or a span such as 10m, 2h or 1d.',
        );
    }
    return time;
}

// `twelvefold logs | head` closes the pipe early; that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

program.parseAsync().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
