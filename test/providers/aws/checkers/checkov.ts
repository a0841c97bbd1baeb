import * as path from "node:path";
import { run } from "#dist/engine/run.js";
import { pythonEnvironment } from "../../../support/python-environment.js";

export interface Finding {
    /** For example `CKV_AWS_260`. */
    readonly check: string;
    /** Address in the plan, for example `aws_lb.front-alb`. */
    readonly resource: string;
    readonly says: string;
}

export interface Checked {
    readonly failed: readonly Finding[];
    readonly passed: number;
    readonly resources: number;
}

interface Report {
    readonly summary: {
        readonly passed: number;
        readonly failed: number;
        readonly parsing_errors: number;
        readonly resource_count: number;
    };
    readonly results: {
        readonly failed_checks: readonly {
            readonly check_id: string;
            readonly resource: string;
            readonly check_name: string;
        }[];
    };
}

/** Runs checkov's rules for AWS on a plan. */
export async function checkov(plan: string): Promise<Checked> {
    const bin = await pythonEnvironment("checkov");
    const { stdout, stderr } = await run(
        path.join(bin, "checkov"),
        ["--file", plan, "--framework", "terraform_plan", "--output", "json", "--compact", "--quiet"],
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
    if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${plan}.`);
    return {
        failed: results.failed_checks.map(({ check_id, resource, check_name }) => ({
            check: check_id,
            resource,
            says: check_name,
        })),
        passed: summary.passed,
        resources: summary.resource_count,
    };
}
