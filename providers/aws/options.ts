import type { Target } from "../contract.js";

/** Settings under `aws`, for what no other target has. */
export const OPTIONS: Target["options"] = {
    Platform: {
        owner: "who answers for the stack: a tag of everything (none)",
        commit: "commit that is deployed: a tag of task definitions (none)",
        repository: "address of the source repository: a tag of task definitions (none)",
        vpcId: "a VPC that exists, like network; with privateSubnetIds, and publicSubnetIds for public load balancers (none)",
        privateSubnetIds:
            "its subnets with a route to the internet or to VPC endpoints (those tagged twelvefold:tier=private)",
        publicSubnetIds: "its subnets for public load balancers (those tagged twelvefold:tier=public)",
        cidr: 'address block of the VPC that is made, a /16 ("10.0.0.0/16")',
        egress: '"nat", or "endpoints" to reach AWS only ("nat")',
        spot: "interruptible capacity; in production never for apps with routes (true in development)",
        architecture: '"X86_64" or "ARM64" ("X86_64")',
        encryption:
            '"managed" (AWS\'s keys), "customer" (a key of the stack\'s own) or the ARN of a key (customer in production)',
        permissionsBoundary: "ARN of a policy that bounds every role (none)",
        zone: "hosted zone of domains: id or name (the domain without its first label)",
        awsProfile:
            "profile of the AWS configuration for the release runner and the judge of rollouts (the environment's)",
    },
    LogSink: {},
    Database: { allowMajorUpgrade: "let a higher version be an upgrade in place, with downtime (false)" },
    Queue: {},
    LoadBalancer: {
        zone: "hosted zone of the domain: id or name (the platform's)",
        aliases: "more host names for its certificate and DNS (none)",
        countries: 'countries that a geographic load balancer answers for; "*" for all others (["*"])',
        deletionProtection: "refuse deletion; set it to false and run up before a destroy (true in production)",
        webAclArn: "web ACL of AWS WAF to put before it (none)",
    },
    Autoscaler: {},
    App: {
        user: "user that the image runs as, name or number (the image's)",
        internal: "give it an internal URL even if no app of this program binds it (true without a route)",
        containerProbe: "for an app without a route: ask readinessPath inside the container (true)",
        drainSeconds: "time in which a load balancer lets a replica finish its requests (5; 30 in production)",
        priorities:
            "priorities of listener rules by path, for a listener with rules of another stack's (from host and path)",
        forceNewDeployment: "start a deployment even if nothing changed (false)",
    },
    Job: {},
};
