/** Backing services, as addresses, images and ports give them away. */

const SCHEMES =
    /^(?:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|oracle|mongodb(?:\+srv)?|rediss?|memcached?|amqps?|kafka|nats|stomp|cassandra|clickhouse|elasticsearch|couchbase|jdbc:[a-z]+):/i;
const HOSTS =
    /(?:^|[/@=,;:\s])((?:[a-z0-9-]+\.)+(?:rds\.amazonaws\.com(?:\.cn)?|cache\.amazonaws\.com|docdb\.amazonaws\.com|mq\.[a-z0-9-]+\.amazonaws\.com|kafka\.[a-z0-9-]+\.amazonaws\.com|database\.azure\.com|database\.windows\.net|redis\.cache\.windows\.net|servicebus\.windows\.net|documents\.azure\.com|cosmos\.azure\.com)|sqs\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)(?=$|[/:?,;\s])/i;

/** What a literal value reaches: a backing service by URL or by the host name that a cloud gives it. Never holds a password. */
export interface Reached {
    readonly host: string;
}

export function backingService(value: string): Reached | undefined {
    const short = value.slice(0, 4000);
    const host = HOSTS.exec(short)?.[1];
    if (host !== undefined) return { host };
    if (!SCHEMES.test(short)) return undefined;
    const authority = /^[a-z0-9+:.-]+?:\/\/([^/?#\s]*)/i.exec(short)?.[1];
    if (authority === undefined) return undefined;
    const address = authority.slice(authority.lastIndexOf("@") + 1);
    const first = address.split(",")[0] ?? "";
    const name = /^\[[^\]]*\]|^[^:]*/.exec(first)?.[0] ?? "";
    return name === "" ? undefined : { host: name };
}

const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)$/i;

export function isLocalHost(host: string): boolean {
    return LOCAL.test(host);
}

const EMBEDDED =
    /^(?:jdbc:)?(?:sqlite3?|h2|derby|hsqldb|duckdb):|^file:[^\s]*\.(?:db|sqlite3?)\b|^[\w./-]+\.(?:sqlite3?|duckdb)$/i;

/** Whether a value names a database that lives in the process's own files. */
export function isEmbeddedDatabase(value: string): boolean {
    return EMBEDDED.test(value.slice(0, 4000));
}

const IMAGES = [
    ...[
        "postgres",
        "postgresql",
        "postgis",
        "pgvector",
        "timescaledb",
        "mysql",
        "mariadb",
        "percona",
        "mongo",
        "mongodb",
    ],
    ...["redis", "redis-stack", "valkey", "keydb", "memcached", "rabbitmq", "activemq", "kafka", "cp-kafka", "nats"],
    ...["cassandra", "couchdb", "couchbase", "elasticsearch", "opensearch", "clickhouse", "clickhouse-server", "neo4j"],
    ...["influxdb", "mssql", "server", "etcd", "minio", "cockroach", "zookeeper", "pulsar", "redpanda", "scylla"],
];
/** "server" is a name for anything; it is Microsoft's SQL Server only in its own registry. */
const AMBIGUOUS: Readonly<Record<string, RegExp>> = { server: /(?:^|\/)mssql\/server$/ };

/** The backing service that an image runs, by the last part of its name. */
export function backingImage(repository: string): string | undefined {
    const last = repository.slice(repository.lastIndexOf("/") + 1).toLowerCase();
    if (!IMAGES.includes(last)) return undefined;
    const certain = Object.hasOwn(AMBIGUOUS, last) ? AMBIGUOUS[last]?.test(repository) : true;
    return certain ? last : undefined;
}

const PORTS: ReadonlyMap<number, string> = new Map([
    [1433, "SQL Server"],
    [1521, "Oracle"],
    [3306, "MySQL"],
    [5432, "PostgreSQL"],
    [5671, "AMQP"],
    [5672, "AMQP"],
    [6379, "Redis"],
    [9042, "Cassandra"],
    [9092, "Kafka"],
    [11211, "Memcached"],
    [27017, "MongoDB"],
]);

/** The service that is known by a port. */
export function servicePort(port: number): string | undefined {
    return PORTS.get(port);
}

/** The first known service within a range of ports. */
export function serviceWithin(
    from: number,
    to: number,
): { readonly port: number; readonly service: string } | undefined {
    for (const [port, service] of PORTS) if (port >= from && port <= to) return { port, service };
    return undefined;
}
