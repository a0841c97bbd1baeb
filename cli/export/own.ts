import type { TargetName } from "../../providers/contract.js";
import type { ExportedResource } from "./format.js";

/**
 * The resources that a format prints, by the beginning of their type.
 *
 * @throws Error saying what to set, when there are none
 */
export function ownResources(
    resources: readonly ExportedResource[],
    wanted: { readonly format: string; readonly target: TargetName; readonly prefix: string },
    program: { readonly project: string; readonly stack: string },
): readonly ExportedResource[] {
    const own = resources.filter(({ type }) => type.startsWith(wanted.prefix));
    if (own.length > 0) return own;
    const target = resources.find(({ type }) => type.startsWith("twelvefold:index:"))?.inputs.target;
    const found = target === undefined ? "has no resource of it" : `has the target ${String(target)}`;
    throw new Error(
        `The format ${wanted.format} prints what the target ${wanted.target} makes, and ${program.project}/${program.stack} ${found}. ` +
            `Set it with: pulumi config set twelvefold:target ${wanted.target} --stack ${program.stack}; or add: --config twelvefold:target=${wanted.target}`,
    );
}
