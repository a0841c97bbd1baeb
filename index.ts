/**
 * Provider-agnostic components for twelve-factor programs: declare what an application needs, and choose where it runs
 * with `pulumi config set twelvefold:target`.
 *
 * @packageDocumentation
 */
export * from "./components/app.js";
export * from "./components/autoscaler.js";
export type { Bindable, Imported } from "./components/base/attach.js";
export type { BuildArgs, CodeArgs } from "./components/base/code.js";
export type { EnvironmentArgs } from "./components/base/environment.js";
export { ArgumentError } from "./components/base/errors.js";
export type { Intent } from "./components/base/intent.js";
export type { CommonArgs } from "./components/base/plan.js";
export type { RolloutArgs } from "./components/base/rollout.js";
export type { RouteArgs } from "./components/base/routes.js";
export type { Transform, Transforms } from "./components/base/transform.js";
export * from "./components/database.js";
export * from "./components/job.js";
export * from "./components/load-balancer.js";
export * from "./components/log-sink.js";
export * from "./components/platform.js";
export * from "./components/queue.js";
export type { ChildInputs } from "./providers/child-inputs.js";
export type { Attachable, Attachment, Binding, Handle, Kind, Profile, TargetName } from "./providers/contract.js";
