/** What both variants of the program make. */
export const IMAGE = `registry.example.com/shop@sha256:${"0".repeat(64)}`;
export const environmentOf = (index) => ({ LOG_LEVEL: "info", FEATURE_FLAGS: "search,checkout", INDEX: String(index) });
export const GROUPS = 10;
