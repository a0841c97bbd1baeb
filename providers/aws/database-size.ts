/** Sizes and names of RDS for PostgreSQL. */
import { fit } from "../naming.js";

const CLASSES: Readonly<Record<string, string>> = {
    small: "db.t4g.micro",
    medium: "db.m7g.large",
    large: "db.m7g.2xlarge",
};
const OWN_CLASS = /^db\.[a-z0-9-]+\.[a-z0-9]+$/;
/** Limits of gp3. */
const SMALLEST_GIB = 20;
const LARGEST_GIB = 65_536;
/** RDS wants this much room at least between the size and what it may grow to. */
const LEAST_GROWTH = 1.1;

/** The instance class of a size; undefined when it is none. */
export function instanceClass(size: string): string | undefined {
    return CLASSES[size] ?? (OWN_CLASS.test(size) ? size : undefined);
}

export function sizeProblem(size: string): string | undefined {
    if (instanceClass(size) !== undefined) return undefined;
    return `size is "${size}"; allowed on aws: ${Object.keys(CLASSES).join(", ")}, or a class of RDS such as "db.r7g.large".`;
}

export function allocatedGiB(storageGiB: number): number {
    return Math.max(SMALLEST_GIB, storageGiB);
}

/** What the disk may grow to by itself: `factor` times its size, within gp3; 0, which is off, where there is no room. */
export function growsToGiB(storageGiB: number, factor: number): number {
    const allocated = allocatedGiB(storageGiB);
    const most = Math.min(LARGEST_GIB, allocated * factor);
    return most >= Math.ceil(allocated * LEAST_GROWTH) ? most : 0;
}

const LONGEST_IDENTIFIER = 63;
/** A hyphen, and four bytes in hexadecimal. */
const SUFFIX = 9;

/** The part of an instance's identifier that comes from names: lower case, single hyphens, first a letter. */
export function identifierPrefix(project: string, stack: string, name: string): string {
    const text = `${project}-${stack}-${name}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const legal = text.replace(/^-+|-+$/g, "");
    return fit(/^[a-z]/.test(legal) ? legal : `d-${legal}`, LONGEST_IDENTIFIER - SUFFIX);
}
