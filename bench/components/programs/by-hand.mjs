/**
 * The same custom resources written by hand: the local target's own resource class, plain inputs, no components. With
 * `Group`, each resource gets a bare component around it, which is what having components costs in Pulumi itself.
 */
import pulumi from "@pulumi/pulumi";
import pathsModule from "#dist/providers/local/paths.js";
import resource from "#dist/providers/local/resource/local-object.js";
import sourceModule from "#dist/providers/local/supervisor/app/source.js";
import { environmentOf, GROUPS, SOURCE } from "./size.mjs";

const { LocalObject } = resource;

class Group extends pulumi.ComponentResource {
    constructor(kind, name) {
        super(`bench:index:${kind}`, name);
    }
    close(outputs) {
        this.registerOutputs(outputs);
    }
}

export function programByHand(apps, grouped) {
    const make = (kind, name, key, args, outputsOf) => {
        const group = grouped ? new Group(kind, name) : undefined;
        const made = new LocalObject(
            kind,
            `${name}-${key}`,
            { objectName: name, ...args },
            group ? { parent: group } : {},
        );
        group?.close(outputsOf(made));
        return made;
    };
    const project = pulumi.getProject();
    const stack = pulumi.getStack();
    const platform = make(
        "platform",
        "platform",
        "supervisor",
        { home: pathsModule.homeOf(project, stack), spec: { project, stack } },
        ({ home }) => ({ name: home }),
    );
    const { home } = platform;
    const groups = Array.from({ length: GROUPS }, (_, index) => ({
        front: make(
            "balancer",
            `front-${index}`,
            "listener",
            {
                home,
                spec: {
                    algorithm: "roundRobin",
                    allowedCidrs: [],
                    accessLogs: false,
                    idleTimeoutSeconds: 60,
                    port: 0,
                    proxyProtocol: false,
                },
            },
            (made) => ({ url: made.field("url"), hostname: made.field("hostname") }),
        ),
        db: make(
            "database",
            `db-${index}`,
            "database",
            { home, spec: { version: "17", extensions: [], deletionProtection: false } },
            (made) => ({ host: made.field("host"), port: made.field("port"), url: made.secretField("url") }),
        ),
        mail: make(
            "queue",
            `mail-${index}`,
            "queue",
            {
                home,
                spec: {
                    visibilityTimeoutSeconds: 30,
                    maxDeliveries: 5,
                    retentionSeconds: 345600,
                    delaySeconds: 0,
                    fifo: false,
                },
            },
            (made) => ({ url: made.field("url"), deadLetterUrl: made.field("deadLetterUrl") }),
        ),
    }));
    // Somebody who writes by hand asks once for the digest of a folder that all of his apps share.
    const { digest } = sourceModule.digestContext(SOURCE);
    for (let index = 0; index < apps; index++) {
        const { front, db, mail } = groups[index % GROUPS];
        make(
            "app",
            `app-${index}`,
            "app",
            {
                home,
                spec: {
                    source: { context: SOURCE, digest },
                    process: "web",
                    listens: true,
                    cpu: 0.25,
                    memoryMiB: 512,
                    replicas: 1,
                    environment: { HOST: "127.0.0.1", ...environmentOf(index) },
                    health: {
                        readinessPath: "/readyz",
                        livenessPath: "/healthz",
                        startupSeconds: 60,
                        intervalSeconds: 10,
                        timeoutSeconds: 2,
                        failureThreshold: 3,
                    },
                    stopTimeoutSeconds: 30,
                    rollout: { strategy: "rolling", steps: [], bakeSeconds: 0, rollbackOn: { alarms: [] } },
                    routes: [
                        { home: front.home, balancer: front.objectName, path: `/app-${index}`, stripPrefix: false },
                    ],
                },
                secrets: {
                    SESSION_KEY: pulumi.secret(`key-${index}`),
                    DATABASE_URL: db.secretField("url"),
                    MAIL_QUEUE_URL: mail.secretField("sendUrl"),
                },
            },
            (made) => ({
                url: pulumi.interpolate`${front.field("url")}/app-${index}`,
                internalUrl: made.field("internalUrl"),
                releaseId: made.field("releaseId"),
            }),
        );
    }
}
