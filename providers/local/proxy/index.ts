export { selfSignedCertificate } from "./certificate.js";
export { ProxyClient } from "./client.js";
export { above, difference, quantile, sum } from "./histogram.js";
export * from "./types.js";
