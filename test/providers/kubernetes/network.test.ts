import type { Recording } from "twelvefold/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { runShop } from "../../support/stacks.js";
import { type Endpoint, Network } from "./network-model.js";
import { type Json, metadata, run, spec, web } from "./programs.js";

let shop: Recording;
let network: Network;
let pods: Record<string, Endpoint>;

function podOf(name: string, template: Json | undefined): Endpoint {
    const labels = (template?.metadata?.labels ?? {}) as unknown as Record<string, string>;
    return { name, labels, namespace: "shop-dev", namespaceLabels: ownNamespace() };
}

function ownNamespace(): Record<string, string> {
    const labels = metadata(shop, "platform", "namespace").labels as unknown as Record<string, string>;
    return { ...labels, "kubernetes.io/metadata.name": "shop-dev" };
}

const elsewhere = (name: string, namespace: string, labels = {}, namespaceLabels = {}): Endpoint => ({
    name,
    labels,
    namespace,
    namespaceLabels: { "kubernetes.io/metadata.name": namespace, ...namespaceLabels },
});
const outside = (address: string): Endpoint => ({ ...elsewhere(address, "-"), address });

beforeAll(async () => {
    shop = await runShop({ target: "kubernetes" });
    network = new Network(shop.resources);
    const job = spec(shop, "report", "job").jobTemplate?.spec?.template;
    // Pods that operators make carry labels that the operators document.
    const inherited = spec(shop, "db", "cluster").inheritedMetadata as Json;
    const database = { metadata: { labels: { ...inherited.labels, "cnpg.io/cluster": "db" } } } as unknown as Json;
    const broker = { metadata: { labels: { "app.kubernetes.io/name": "queues" } } } as unknown as Json;
    pods = {
        web: podOf("web", spec(shop, "web", "app").template),
        release: podOf("release", spec(shop, "web", "release").template),
        report: podOf("report", job),
        mailer: podOf("mailer", spec(shop, "mailer", "app").template),
        catalog: podOf("catalog", spec(shop, "catalog", "app").template),
        db: podOf("db", database),
        queues: podOf("queues", broker),
        gateway: elsewhere("gateway", "envoy-gateway-system"),
        neighbour: elsewhere("neighbour", "other-dev", {}, { "twelvefold.dev/project": "other" }),
    };
});

const PORTS = { web: 8080, catalog: 8080, mailer: 8080, db: 5432, queues: 5671, release: 8080, report: 8080 };

describe("the shop's network", () => {
    test("each workload reaches what it is bound to and nothing else, for every pair", () => {
        const reached = Object.keys(PORTS).map((to) => [
            to,
            Object.keys(pods)
                .filter((from) => from !== to)
                .filter((from) => network.allows(endpoint(from), endpoint(to), PORTS[to as keyof typeof PORTS])),
        ]);
        expect(Object.fromEntries(reached)).toEqual({
            web: ["gateway"],
            catalog: ["web", "release", "report"],
            mailer: [],
            db: ["web", "release", "report", "mailer"],
            queues: ["web", "release", "report", "mailer"],
            // The app's own policy covers its runs, which listen nowhere.
            release: ["gateway"],
            report: ["gateway"],
        });
    });

    test("one port of a service is open, not the service", () => {
        expect(network.allows(endpoint("web"), endpoint("db"), 8000)).toBe(false);
        expect(network.allows(endpoint("web"), endpoint("queues"), 15672)).toBe(false);
        expect(network.allows(endpoint("gateway"), endpoint("web"), 9090)).toBe(false);
    });

    test("operators and nodes of one service reach each other", () => {
        const cnpg = elsewhere("operator", "cnpg-system");
        expect(network.allows(cnpg, endpoint("db"), 8000)).toBe(true);
        expect(network.allows(endpoint("db"), { ...endpoint("db"), name: "db-2" }, 5432)).toBe(true);
        expect(network.allows(endpoint("queues"), { ...endpoint("queues"), name: "queues-1" }, 25672)).toBe(true);
        expect(network.allows(cnpg, endpoint("queues"), 5671)).toBe(false);
    });

    test("names are asked for at the cluster's DNS only", () => {
        const dns = elsewhere("dns", "kube-system", { "k8s-app": "kube-dns" });
        const impostor = elsewhere("impostor", "kube-system");
        for (const name of ["web", "mailer", "catalog", "db"]) {
            expect(network.allows(endpoint(name), dns, 53, "UDP"), name).toBe(true);
            expect(network.allows(endpoint(name), impostor, 53, "UDP"), name).toBe(false);
        }
    });

    test("the internet is reached, private networks and the metadata address are not", () => {
        expect(network.allows(endpoint("web"), outside("203.0.113.1"), 443)).toBe(true);
        for (const address of ["169.254.169.254", "10.1.2.3", "172.20.0.1", "192.168.1.1", "100.100.0.1"]) {
            expect(network.allows(endpoint("web"), outside(address), 443), address).toBe(false);
        }
        expect(network.allows(endpoint("db"), outside("203.0.113.1"), 80)).toBe(false);
    });

    test("an app of another stack gets in with the label that the handle names, and not without", () => {
        const label = Object.keys(endpoint("mailer").labels).find((key) => key.startsWith("bind.twelvefold.dev/db-"));
        const guest: Endpoint = { ...endpoint("neighbour"), labels: { [label ?? ""]: "true" } };
        expect(network.allows(guest, endpoint("db"), 5432)).toBe(true);
        expect(network.allows(endpoint("neighbour"), endpoint("db"), 5432)).toBe(false);
        const stranger: Endpoint = { ...guest, namespace: "x", namespaceLabels: {} };
        expect(network.allows(stranger, endpoint("db"), 5432)).toBe(false);
    });

    test("an app can be held to its bindings", async () => {
        const { resources } = await run(() => web({ kubernetes: { egress: "bindings" } }));
        const policy = resources.find(({ name }) => name === "web-policy")?.inputs.spec as Json;
        expect(policy.egress).toEqual([]);
    });
});

function endpoint(name: string): Endpoint {
    const found = pods[name];
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
}
