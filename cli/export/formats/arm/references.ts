import type { ExportedResource } from "../../format.js";
import { type ArmType, armTypeOf } from "./types.js";

/** A resource that is printed, with how it is written. */
export interface Known {
    readonly resource: ExportedResource;
    readonly arm: ArmType;
}

/** Resources that a template holds. */
export function knownOf(resources: readonly ExportedResource[]): readonly Known[] {
    return resources.flatMap((resource) => {
        const arm = armTypeOf(resource.type);
        return arm === undefined ? [] : [{ resource, arm }];
    });
}

/** The parts of a name, the parents' first. */
export function namesOf({ resource, arm }: Known): readonly string[] {
    return arm.names.map((input) => String(resource.inputs[input] ?? ""));
}

function literal(text: string): string {
    return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Puts expressions in the place of ids that only a deployment knows: an export says `<name>-id`, with or without a path
 * after it.
 */
export class References {
    private readonly ids: ReadonlyMap<string, Known>;

    constructor(all: readonly Known[]) {
        this.ids = new Map(all.map((known) => [`${known.resource.name}-id`, known]));
    }

    /** A text as a template has it. */
    in(text: string): string {
        const expression = this.expressionOf(text);
        if (expression !== undefined) return `[${expression}]`;
        // A text that begins with a bracket would be read as an expression.
        return text.startsWith("[") ? `[${text}` : text;
    }

    /** The expression that Azure reads as the id of a resource. */
    idOf(known: Known): string {
        const { arm, resource } = known;
        const names = namesOf(known).map(literal).join(", ");
        if (arm.scope === undefined) return `resourceId(${literal(arm.type)}, ${names})`;
        const scope = String(resource.inputs[arm.scope]);
        return `extensionResourceId(${this.expressionOf(scope) ?? literal(scope)}, ${literal(arm.type)}, ${names})`;
    }

    private expressionOf(text: string): string | undefined {
        const [, id = "", rest = ""] = /^([^/]+-id)(\/.*)?$/.exec(text) ?? [];
        const known = this.ids.get(id);
        if (known === undefined) return undefined;
        return rest === "" ? this.idOf(known) : `concat(${this.idOf(known)}, ${literal(rest)})`;
    }
}
