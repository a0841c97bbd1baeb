import type { Target } from "../contract.js";

/** Settings under `kubernetes`, for what no other target has. */
export const OPTIONS: Target["options"] = {
    Platform: {
        owner: "who answers for the stack: a label of every object (none)",
        commit: "commit that is deployed: a label of every object (none)",
        repository: "address of the source repository: an annotation of every workload (none)",
        registry: "where built images go: { server, username, password } (the platform record's)",
    },
    LogSink: {},
    Database: {},
    Queue: {},
    LoadBalancer: {},
    Autoscaler: {},
    App: {
        runAsUser: "number of the user that the image runs as (10001)",
        cpuLimit: "enforce cpu as a limit; false lets a replica use idle cores, for example to start faster (true)",
        secretsAs: '"env", or "files" in /run/secrets/twelvefold with their paths in <NAME>_FILE ("env")',
        egress: '"internet", or "bindings" to reach nothing but what is bound ("internet")',
        requestTimeoutSeconds: "time that the gateway gives a request (stopTimeoutSeconds)",
    },
    Job: {},
};
