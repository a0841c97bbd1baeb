import type { Format } from "../format.js";
import { kubernetes } from "./kubernetes.js";
import { terraformPlan } from "./terraform-plan/index.js";

/** Every format, by name. */
export const FORMATS: Readonly<Record<string, Format>> = Object.fromEntries(
    [kubernetes, terraformPlan].map((format) => [format.name, format]),
);
