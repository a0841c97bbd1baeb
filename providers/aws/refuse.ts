import type { Target } from "../contract.js";
import { refuseData } from "./refuse-data.js";

/** Combinations and limits, before anything is made. */
export const refuse: NonNullable<Target["refuse"]> = { ...refuseData };
