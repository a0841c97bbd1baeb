import * as path from "node:path";
import { run } from "#dist/engine/run.js";
import { pythonEnvironment } from "./python-environment.js";

export interface Finding {
    /** For example `CKV_AZURE_139`. */
    readonly check: string;
    /** Its address, as the framework has it. */
    readonly resource: string;
    readonly says: string;
}

export interface Checked {
    readonly failed: readonly Finding[];
    readonly passed: readonly Finding[];
    /** How many resources it saw. */
    readonly resources: number;
}

interface Listed {
    readonly check_id: string;
    readonly resource: string;
    readonly check_name: string;
}

interface Report {
    readonly summary: { readonly parsing_errors: number; readonly resource_count: number };
    readonly results: { readonly failed_checks: readonly Listed[]; readonly passed_checks: readonly Listed[] };
}

/** Runs checkov's rules on a file: a template of Azure Resource Manager, a plan of Terraform. */
export async function checkov(file: string, framework: "arm" | "terraform_plan"): Promise<Checked> {
    const bin = await pythonEnvironment("checkov");
    const { stdout, stderr } = await run(
        path.join(bin, "checkov"),
        ["--file", file, "--framework", framework, "--output", "json", "--compact"],
        // Rules and guidelines of a platform in the cloud are not asked for.
        {
            env: {
                PATH: process.env.PATH ?? "",
                HOME: process.env.HOME ?? "",
                BC_SKIP_MAPPING: "TRUE",
                LOG_LEVEL: "ERROR",
            },
        },
    );
    if (!stdout.includes('"summary"')) throw new Error(`checkov gave no report: ${stdout}\n${stderr.slice(-2000)}`);
    const { summary, results } = JSON.parse(stdout) as Report;
    if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${file}.`);
    return {
        failed: results.failed_checks.map(finding),
        passed: results.passed_checks.map(finding),
        resources: summary.resource_count,
    };
}

function finding({ check_id, resource, check_name }: Listed): Finding {
    return { check: check_id, resource, says: check_name };
}

/** A rule that does not hold for a resource, and why that is right. */
export interface Exception {
    readonly check: string;
    /** Its address in what checkov read. */
    readonly resource: RegExp;
    readonly reason: string;
}

/** At most this many: a longer list is a way of not looking. */
export const MOST_EXCEPTIONS = 10;
