import * as pulumi from "@pulumi/pulumi";
import { PROFILES, type Profile, TARGETS, type Target, type TargetName } from "../../providers/contract.js";
import { ProgramError } from "../../providers/errors.js";
import { loadTarget } from "../../providers/registry.js";
import { type Feature, isSupported } from "../../providers/support.js";
import { alternatives, nearest, shown } from "./errors.js";

/** Where and how the components of this program are built; read from the stack's configuration. */
export interface Settings {
    readonly target: Target;
    readonly profile: Profile;
    readonly project: string;
    readonly stack: string;
}

/**
 * Reads `twelvefold:target` (required) and `twelvefold:profile` (default: development on local, else production, so that
 * nothing unsafe runs in a cloud because a line was forgotten).
 */
export function readSettings(): Settings {
    const config = new pulumi.Config("twelvefold");
    const targetName = choice(config.get("target"), "target", TARGETS);
    if (targetName === undefined) {
        throw new ProgramError(
            "twelvefold:target is not set; allowed: " +
                `${alternatives(TARGETS)}. Choose where this stack runs: pulumi config set twelvefold:target local`,
        );
    }
    const profile = choice(config.get("profile"), "profile", PROFILES) ?? defaultProfile(targetName);
    return { target: loaded(targetName), profile, project: pulumi.getProject(), stack: pulumi.getStack() };
}

/** Settings of the target for the whole stack: an object in its configuration, `twelvefold:<target>`. */
export function targetSettings(name: TargetName): Readonly<Record<string, unknown>> {
    const value: unknown = new pulumi.Config("twelvefold").getObject(name) ?? {};
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new ProgramError(
        `twelvefold:${name} is ${shown(value)}; allowed: an object. ` +
            `Set one field with: pulumi config set --path 'twelvefold:${name}.<field>' <value>`,
    );
}

export function supports(settings: Settings, feature: Feature): boolean {
    return isSupported(settings.target, feature);
}

function defaultProfile(target: TargetName): Profile {
    return target === "local" ? "development" : "production";
}

function loaded(name: TargetName): Target {
    try {
        return loadTarget(name);
    } catch (error) {
        throw new ProgramError(error instanceof Error ? error.message : String(error));
    }
}

function choice<T extends string>(value: string | undefined, key: string, allowed: readonly T[]): T | undefined {
    if (value === undefined || value === "") return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const meant = nearest(value, allowed) ?? allowed[0];
    throw new ProgramError(
        `twelvefold:${key} is "${value}"; allowed: ${alternatives(allowed)}. ` +
            `Set it with: pulumi config set twelvefold:${key} ${meant}`,
    );
}
