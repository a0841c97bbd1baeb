/**
 * A target that lacks a component, an output or an answer about a feature does not compile. `tsc` is the test: each
 * `@ts-expect-error` is an error itself when the line below it compiles.
 */
import type { Output } from "@pulumi/pulumi";
import type { Builder, Target } from "../../providers/contract.js";

declare const complete: Target;
declare const text: Output<string>;
declare const number: Output<number>;

const { Job: _job, ...sevenBuilders } = complete.builders;
// @ts-expect-error the builder of Job is missing
export const withoutJob: Target = { ...complete, builders: sevenBuilders };

const { "Queue.fifo": _fifo, ...otherFeatures } = complete.supports;
// @ts-expect-error there is no answer about Queue.fifo
export const withoutAnswer: Target = { ...complete, supports: otherFeatures };

// @ts-expect-error a level that does not exist
export const wrongLevel: Target["supports"]["Queue.fifo"] = { level: "partly", evidence: "real" };

// @ts-expect-error an emulated feature says how
export const withoutHow: Target["supports"]["Queue.fifo"] = { level: "emulated", evidence: "mocks" };

// @ts-expect-error an unsupported feature says why
export const withoutWhy: Target["supports"]["Queue.fifo"] = { level: "unsupported" };

// @ts-expect-error the output deadLetterUrl is missing
export const withoutOutput: Builder<"Queue"> = () => ({ outputs: { url: text }, handle: {} });

export const wrongOutput: Builder<"Database"> = () => ({
    // @ts-expect-error the port is a number
    outputs: { host: text, port: text, name: text, username: text, url: text },
    handle: {},
});

export const rightOutput: Builder<"Database"> = () => ({
    outputs: { host: text, port: number, name: text, username: text, url: text },
    handle: {},
});

const { App: _app, ...sevenChildren } = complete.children;
// @ts-expect-error the children of App are not documented
export const withoutChildren: Target = { ...complete, children: sevenChildren };
