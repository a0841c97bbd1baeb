import { Secret, type SecretArgs } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword, type RandomPasswordArgs } from "@pulumi/random";
import type { Builder, DatabaseRequest, Scope } from "../contract.js";
import { after } from "../handles.js";
import { waitFor } from "./await.js";
import { certificate } from "./certificate.js";
import { backupOf, wantsBackups } from "./database-backup.js";
import { clusterSpec } from "./database-cluster.js";
import { ground, recordOf } from "./handles.js";
import { clientLabel, objectLabels } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";
import { postgresName } from "./names.js";
import { API_SERVER, fromPeers, inNamespace, makePolicy, podsOf, toPeers, wearers } from "./network-policy.js";
import { CA_FILE } from "./pod.js";
import { need } from "./record.js";

const PORT = 5432;
/** Where the operator asks an instance how it is. */
const STATUS_PORT = 8000;
const READY_SECONDS = 900;

/** A PostgreSQL of CloudNativePG: failover, certificates and backups are the operator's. */
export const database: Builder<"Database"> = (scope, request) => {
    const { name } = scope;
    const namespace = ground(scope, "namespace");
    const owner = postgresName(name);
    const labels = objectLabels(scope, "database");
    const keep: pulumi.CustomResourceOptions = request.deletionProtection
        ? { protect: true, retainOnDelete: true }
        : {};
    const password = scope.child(
        "password",
        { length: 32, special: false },
        (child, args: RandomPasswordArgs, opts) => new RandomPassword(child, args, opts),
    );
    // With a Secret of ours Pulumi knows the URL, and the operator makes none of its own.
    const login = scope.child(
        "app",
        {
            metadata: { name: `${name}-app`, namespace, labels: { ...labels, "cnpg.io/reload": "true" } },
            type: "kubernetes.io/basic-auth",
            stringData: { username: owner, password: password.result },
        },
        (child, args: SecretArgs, opts) => new Secret(child, args, opts),
        keep,
    );
    const server = scope.child(
        "server",
        certificate(scope, {
            name: `${name}-server`,
            namespace,
            hosts: namespace.apply((ns) => hostsOf(name, ns)),
            component: "database",
            secretLabels: { "cnpg.io/reload": "true" },
        }),
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
    );
    // Before the cluster, and on destroy after it: without it the instances reach nobody.
    const policy = scope.child("policy", policyOf(scope, namespace), makePolicy);
    const backup = wantsBackups(scope, request) ? backupOf(scope, request) : undefined;
    const cluster = scope.child(
        "cluster",
        {
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            metadata: { name, namespace, labels, annotations: waitFor("condition=Ready", READY_SECONDS) },
            spec: clusterSpec(scope, request, owner, backup?.store),
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
        { dependsOn: [login, server, policy, ...(backup === undefined ? [] : [backup.resource])], ...keep },
    );
    backup?.schedule(cluster);
    const ready = extensionsOf(scope, request, owner, cluster) ?? cluster;
    const host = pulumi.all([namespace, ready.urn]).apply(([ns]) => `${name}-rw.${ns}.svc.cluster.local`);
    const url = pulumi.secret(
        pulumi.interpolate`postgresql://${owner}:${password.result}@${host}:${PORT}/${owner}?sslmode=verify-full&sslrootcert=${CA_FILE}`,
    );
    return {
        outputs: { host, port: pulumi.output(PORT), name: after(ready, owner), username: after(ready, owner), url },
        handle: {
            cluster: ground(scope, "cluster"),
            namespace,
            host,
            readHost: namespace.apply((ns) => `${name}-ro.${ns}.svc.cluster.local`),
            port: PORT,
            name: owner,
            username: owner,
            clientLabel: clientLabel("Database", name, scope),
            podLabels: { "cnpg.io/cluster": name },
            secrets: { url },
        },
    };
};

function hostsOf(name: string, namespace: string): readonly string[] {
    const suffixes = ["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`];
    return ["rw", "ro", "r"].flatMap((service) => suffixes.map((suffix) => `${name}-${service}${suffix}`));
}

function policyOf(scope: Scope, namespace: pulumi.Output<string>) {
    const self = podsOf(namespace, { "cnpg.io/cluster": scope.name });
    const operator = recordOf(scope).apply((record) => {
        const { operatorNamespace } = need(record, "cloudnativepg", `Database "${scope.name}"`);
        return [self, { namespaceSelector: inNamespace(operatorNamespace) }];
    });
    return {
        metadata: { name: `${scope.name}-database`, namespace, labels: objectLabels(scope, "database") },
        spec: {
            podSelector: { matchLabels: { "cnpg.io/cluster": scope.name } },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                fromPeers([wearers(clientLabel("Database", scope.name, scope))], PORT),
                fromPeers(operator, PORT, STATUS_PORT),
            ],
            // Instances elect their primary through the API server.
            egress: [toPeers([self], PORT, STATUS_PORT), API_SERVER],
        },
    };
}

/** Extensions are made by the operator, because the app's own role may not. */
function extensionsOf(
    scope: Scope,
    { extensions }: DatabaseRequest,
    owner: string,
    cluster: pulumi.Resource,
): Manifest | undefined {
    if (Array.isArray(extensions) && extensions.length === 0) return undefined;
    const list = pulumi
        .output(extensions)
        .apply((names) => [...names].sort().map((name) => ({ name, ensure: "present" })));
    return scope.child(
        "extensions",
        {
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Database",
            metadata: {
                name: `${scope.name}-extensions`,
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, "database"),
                annotations: waitFor("jsonpath={.status.applied}=true", 300),
            },
            spec: {
                cluster: { name: scope.name },
                name: owner,
                owner,
                databaseReclaimPolicy: "retain",
                extensions: list,
            },
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
        { dependsOn: cluster },
    );
}
