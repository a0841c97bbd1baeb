import type { Format } from "../format.js";
import { kubernetes } from "./kubernetes.js";

/** Every format, by name. */
export const FORMATS: Readonly<Record<string, Format>> = Object.fromEntries(
    [kubernetes].map((format) => [format.name, format]),
);
