import * as path from "node:path";
import { run } from "#dist/engine/run.js";
import { pythonEnvironment } from "../../../support/python-environment.js";

export interface Finding {
    /** For example `CKV_AZURE_139`. */
    readonly check: string;
    /** ARM type and name. */
    readonly resource: string;
    readonly says: string;
}

export interface Checked {
    readonly failed: readonly Finding[];
    readonly passed: readonly Finding[];
}

interface Listed {
    readonly check_id: string;
    readonly resource: string;
    readonly check_name: string;
}

interface Report {
    readonly summary: { readonly parsing_errors: number };
    readonly results: { readonly failed_checks: readonly Listed[]; readonly passed_checks: readonly Listed[] };
}

/** Runs checkov's rules for Azure Resource Manager on a template. */
export async function checkov(template: string): Promise<Checked> {
    const bin = await pythonEnvironment("checkov");
    const { stdout, stderr } = await run(
        path.join(bin, "checkov"),
        ["--file", template, "--framework", "arm", "--output", "json", "--compact"],
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
    if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${template}.`);
    return { failed: results.failed_checks.map(finding), passed: results.passed_checks.map(finding) };
}

function finding({ check_id, resource, check_name }: Listed): Finding {
    return { check: check_id, resource, says: check_name };
}
