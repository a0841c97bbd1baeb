import type { Kind } from "twelvefold";

/** An image that nobody has to build. */
export const IMAGE = `registry.example.com/shop@sha256:${"0".repeat(64)}`;
/** Something to build one from. */
export const build = { context: "test/support/fixtures/app" };

/** Further arguments for each component of a program, by its kind. */
export type ByKind = (kind: Kind) => { readonly transform?: object };
