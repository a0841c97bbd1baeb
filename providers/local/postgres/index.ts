export { Cluster, type ClusterOptions } from "./cluster.js";
export type { ClusterInfo } from "./server.js";
