import type { Target } from "../contract.js";

/** Settings under `azure`, for what no other target has. */
export const OPTIONS: Target["options"] = {
    Platform: {
        location: "region (azure-native:location)",
        owner: "who answers for the stack: a tag of every resource (none)",
        commit: "commit that is deployed: a tag of every App and Job (none)",
        repository: "address of the source repository: a tag of every App and Job (none)",
        addressSpace: 'address space of the network, a /16 ("10.40.0.0/16")',
        appsSubnetId: "subnet of the environment in a network that exists (its subnet apps)",
        endpointsSubnetId: "subnet of the private endpoints in a network that exists (its subnet endpoints)",
        privateZones: "ids of private DNS zones that the network is linked to: { postgres, vault, servicebus } (made)",
        workloadProfiles: "dedicated profiles: [{ name, workloadProfileType, minimumCount, maximumCount }] (none)",
        premiumQueues: "Service Bus Premium with a private endpoint (false)",
        managementUrl: "address of Azure's management API (https://management.azure.com)",
    },
    LogSink: {},
    Database: { upgrade: "allow a major upgrade in place, which cannot be undone (false)" },
    Queue: {},
    LoadBalancer: {
        domains: "more host names that routes may have (none)",
        dnsZoneId: "id of a DNS zone in Azure, where the records of the domains are made (none are)",
    },
    Autoscaler: { cooldownSeconds: "how long the last replica stays with scaleToZero (300)" },
    App: {
        workloadProfile: 'workload profile of the environment ("Consumption")',
        identity: "id of a user-assigned identity that the code may use (none)",
        hold: "keep a share of the traffic by hand: { revision, percent } (none)",
    },
    Job: { workloadProfile: 'workload profile of the environment ("Consumption")' },
};
