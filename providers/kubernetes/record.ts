import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ProgramError } from "../errors.js";

/** Where whoever runs the cluster writes down what it has. */
export const RECORD = { namespace: "twelvefold-system", name: "twelvefold-platform", key: "record.json" } as const;

type Peer = Readonly<Record<string, unknown>>;

export interface PrometheusRecord {
    readonly address: string;
    /** Queries with the placeholders {namespace}, {service} and {window}. */
    readonly errorPercent?: string;
    readonly p99?: string;
    readonly requestsPerSecond?: string;
}

export interface BackupRecord {
    /** Six fields, seconds first. */
    readonly schedule?: string;
    /** The `configuration` of a Barman ObjectStore: destination path, endpoint, credentials. */
    readonly configuration: Readonly<Record<string, unknown>>;
}

/** What a cluster offers; written by stacks/platform, or by hand. */
export interface PlatformRecord {
    readonly schema: 1;
    /** UID of the namespace kube-system: which cluster this is. */
    readonly cluster: string;
    /** PEM of the internal CA; public. */
    readonly ca: string;
    readonly dns: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
    readonly gateway?: {
        readonly className: string;
        readonly internalClassName?: string;
        /** Who the gateway's requests come from, as NetworkPolicy peers. */
        readonly from: readonly Peer[];
        /** How long the gateway may still send to a pod that is going. */
        readonly drainSeconds: number;
        readonly implementation?: string;
    };
    readonly certManager?: { readonly issuer: string; readonly acmeIssuer?: string };
    readonly cloudnativepg?: { readonly version: string; readonly catalog: string; readonly operatorNamespace: string };
    readonly rabbitmq?: { readonly version: string; readonly operatorNamespace: string };
    readonly keda?: { readonly version: string; readonly operatorNamespace?: string };
    readonly metricsServer?: { readonly version: string };
    readonly prometheus?: PrometheusRecord;
    readonly logs?: { readonly classes: readonly { readonly retentionDays: number; readonly query: string }[] };
    readonly storageClass?: string;
    readonly backup?: BackupRecord;
    readonly images?: { readonly node?: string; readonly rabbitmq?: string };
    readonly registry?: string;
}

/** Reads the record of the cluster, at preview too. */
export function readRecord(scope: Scope): pulumi.Output<PlatformRecord> {
    const map = ConfigMap.get(`${scope.name}-record`, `${RECORD.namespace}/${RECORD.name}`, {
        parent: scope.component,
    });
    return map.data.apply((data) => parseRecord(data?.[RECORD.key]));
}

/** @throws ProgramError saying what is wrong with the record */
export function parseRecord(text: string | undefined): PlatformRecord {
    const where = `The platform record (ConfigMap ${RECORD.namespace}/${RECORD.name}, key ${RECORD.key})`;
    const remedy = "Run stacks/platform against the cluster, or write the record by hand (docs/kubernetes.md).";
    if (text === undefined) throw new ProgramError(`This cluster has no platform record. ${remedy}`);
    let record: PlatformRecord;
    try {
        record = JSON.parse(text) as PlatformRecord;
    } catch (error) {
        throw new ProgramError(`${where} is not JSON: ${(error as Error).message}. ${remedy}`);
    }
    if (record?.schema !== 1) {
        throw new ProgramError(
            `${where} has schema ${JSON.stringify(record?.schema)}; this version reads 1. ${remedy}`,
        );
    }
    const missing = (["cluster", "ca", "dns"] as const).filter((field) => record[field] === undefined);
    if (missing.length > 0) throw new ProgramError(`${where} lacks ${missing.join(" and ")}. ${remedy}`);
    return record;
}

/** What each optional part of the record is called in a sentence. */
const PARTS = {
    gateway: "the Gateway API",
    certManager: "cert-manager",
    cloudnativepg: "the CloudNativePG operator",
    rabbitmq: "the RabbitMQ operators",
    keda: "KEDA",
    metricsServer: "metrics-server",
} as const;

/**
 * A part of the record that a component cannot do without.
 *
 * @param who the component, as messages name it: `Database "db"`
 * @throws ProgramError when the record does not name it
 */
export function need<P extends keyof typeof PARTS>(
    record: PlatformRecord,
    part: P,
    who: string,
): NonNullable<PlatformRecord[P]> {
    const found = record[part];
    if (found !== undefined) return found as NonNullable<PlatformRecord[P]>;
    throw new ProgramError(
        `${who} needs ${PARTS[part]}; the platform record names none. Run stacks/platform, or add ${part} to the record.`,
    );
}

/** Fills the placeholders of a query from the record. */
export function fillQuery(query: string, values: Readonly<Record<string, string>>): string {
    return query.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}
