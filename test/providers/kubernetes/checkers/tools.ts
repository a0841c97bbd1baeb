/** The community's own checkers, run on YAML files. */
import * as path from "node:path";
import { run } from "#dist/engine/run.js";
import { goTools } from "../../../support/go-tools.js";
import { pythonEnvironment } from "../../../support/python-environment.js";
import type { Files } from "./sample.js";

export interface Finding {
    /** `<tool>/<its name for the check>`. */
    readonly check: string;
    /** `<kind>/<name>`. */
    readonly object: string;
    readonly says: string;
}

export interface Report {
    readonly findings: readonly Finding[];
    /** How many checks were passed: a tool that looked at nothing found nothing. */
    readonly passed: number;
}

interface Score {
    readonly object_meta: { readonly name: string };
    readonly type_meta: { readonly kind: string };
    readonly checks: readonly {
        readonly check: { readonly id: string; readonly name: string };
        readonly grade: number;
        readonly skipped: boolean;
    }[];
}

const ALL_OK = 10;

/** kube-score with all optional checks, where a warning counts as much as an error. */
export async function kubeScore({ files }: Files): Promise<Report> {
    const folder = await goTools({ module: "kube-score", packages: ["github.com/zegl/kube-score/cmd/kube-score"] });
    const flags = ["--output-format=json", "--all-default-optional", "--kubernetes-version=v1.36"];
    const { stdout, stderr } = await run(path.join(folder, "kube-score"), ["score", ...flags, ...files]);
    if (!stdout.startsWith("[")) throw new Error(`kube-score gave no report: ${stderr}`);
    const checks = (JSON.parse(stdout) as readonly Score[]).flatMap(({ object_meta, type_meta, checks }) =>
        checks
            .filter(({ skipped }) => !skipped)
            .map(({ check, grade }) => ({
                isPassed: grade >= ALL_OK,
                check: `kube-score/${check.id}`,
                object: `${type_meta.kind}/${object_meta.name}`,
                says: check.name,
            })),
    );
    const findings = checks.filter(({ isPassed }) => !isPassed).map(({ isPassed: _, ...finding }) => finding);
    return { findings, passed: checks.length - findings.length };
}

interface CheckovReport {
    readonly summary: { readonly passed: number; readonly parsing_errors: number };
    readonly results: {
        readonly failed_checks: readonly {
            readonly check_id: string;
            readonly check_name: string;
            readonly resource: string;
        }[];
    };
}

/** checkov with all its rules for Kubernetes. */
export async function checkov({ folder }: Files): Promise<Report> {
    const program = path.join(await pythonEnvironment("checkov"), "checkov");
    const flags = ["--framework=kubernetes", "--output=json", "--compact", "--quiet", "--skip-download"];
    // Nothing of the user's settings, and no guidelines from a platform on the internet.
    const env = { PATH: process.env.PATH ?? "", HOME: folder, BC_SKIP_MAPPING: "TRUE", LOG_LEVEL: "ERROR" };
    const { stdout, stderr } = await run(program, [...flags, `--directory=${folder}`], { env });
    if (!stdout.includes('"summary"')) throw new Error(`checkov gave no report: ${stdout}\n${stderr.slice(-2000)}`);
    const { summary, results } = JSON.parse(stdout) as CheckovReport;
    if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${summary.parsing_errors} files.`);
    const findings = results.failed_checks.map(({ check_id, check_name, resource }) => {
        const [kind, , name] = resource.split(".");
        return { check: `checkov/${check_id}`, object: `${kind}/${name}`, says: check_name };
    });
    return { findings, passed: summary.passed };
}

/** kubernetes-validate: the published schemas of Kubernetes, unknown fields refused. It has none of operators' kinds. */
export async function kubernetesValidate({ files }: Files): Promise<Report> {
    const program = path.join(await pythonEnvironment("checkov"), "kubernetes-validate");
    const { stdout, stderr } = await run(program, ["--kubernetes-version=1.36", "--strict", ...files]);
    const lines = `${stdout}\n${stderr}`.split("\n");
    const findings = lines
        .filter((line) => line.startsWith("ERROR"))
        .map((line) => {
            const [, kind = "", name = ""] = /([A-Za-z]+)-([^/]*)\.yaml/.exec(line) ?? [];
            return { check: "kubernetes-validate/schema", object: `${kind}/${name}`, says: line };
        });
    return { findings, passed: lines.filter((line) => / passed for resource /.test(line)).length };
}
