import * as pulumi from "@pulumi/pulumi";
import type { Attachable, Attachment } from "../../providers/contract.js";

type MakePlatform = () => Attachable<"Platform">;

let makePlatform: MakePlatform | undefined;

/** The Platform component tells how one is made; this file cannot import it, since it is imported by it. */
export function definePlatform(make: MakePlatform): void {
    makePlatform = make;
}

// One platform for a run of a program. The monitor is what a run has one of: tests that run several programs in one
// process get a new one with each setMocks.
const platforms = new WeakMap<object, Attachment<"Platform">>();

/** The ground of components that name none: made on first need, or the one that the program declared. */
export function implicitPlatform(): Attachment<"Platform"> {
    const run = currentRun();
    const known = platforms.get(run);
    if (known) return known;
    if (!makePlatform)
        throw new Error("The Platform component is not loaded; import from twelvefold, not from a file in it.");
    const made = makePlatform().attachment;
    platforms.set(run, made);
    return made;
}

/** A platform that the program declares is its stack's platform, when it is the first. */
export function declarePlatform(attachment: Attachment<"Platform">): void {
    const run = currentRun();
    if (!platforms.has(run)) platforms.set(run, attachment);
}

const noEngine = {};

function currentRun(): object {
    return pulumi.runtime.getMonitor() ?? noEngine;
}
