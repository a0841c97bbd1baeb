import type { Format } from "../format.js";
import { arm } from "./arm/index.js";
import { kubernetes } from "./kubernetes.js";
import { terraformPlan } from "./terraform-plan/index.js";

/** Every format, by name. */
export const FORMATS: Readonly<Record<string, Format>> = Object.fromEntries(
    [arm, kubernetes, terraformPlan].map((format) => [format.name, format]),
);
