export { selfSignedCertificate } from "./certificate.js";
export { ProxyClient } from "./client.js";
export { difference, quantile } from "./histogram.js";
export * from "./types.js";
