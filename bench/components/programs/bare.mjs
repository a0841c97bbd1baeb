import { programByHand } from "./by-hand.mjs";

export const program = (apps) => programByHand(apps, true);
