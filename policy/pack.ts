/** What `pulumi preview --policy-pack policy` runs: every rule, at the levels of the stack's profile. */
import { twelveFactor } from "./index.js";

twelveFactor();
