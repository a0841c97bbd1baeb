import { output, StackReference, secret } from "@pulumi/pulumi";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Platform, Queue } from "twelvefold";
import { expect, test } from "vitest";
import { code, messageOf, twoAppsOnOnePath, web } from "../support/wrong.js";

/** Programs that ask for what cannot be, and the words that each of them ends with at preview, on the local target. */
const programs: readonly (readonly [program: () => unknown, message: string])[] = [
    [
        () => new Database("Orders"),
        'Database "Orders": the name is "Orders"; allowed: a lower-case letter, then up to 29 lower-case letters, digits and single hyphens, not ending in a hyphen.',
    ],
    [
        () => new Database("a-database-with-a-name-that-is-too-long"),
        'Database "a-database-with-a-name-that-is-too-long": the name is "a-database-with-a-name-that-is-too-long"; allowed: a lower-case letter, then up to 29 lower-case letters, digits and single hyphens, not ending in a hyphen.',
    ],
    [
        () => new Database("two--hyphens"),
        'Database "two--hyphens": the name is "two--hyphens"; allowed: a lower-case letter, then up to 29 lower-case letters, digits and single hyphens, not ending in a hyphen.',
    ],
    [
        () => new Database("db", { versoin: "17" } as object),
        'Database "db": versoin is not an argument; did you mean "version"?',
    ],
    [
        () => new Database("db", { version: "17.4" }),
        'Database "db": version is "17.4"; allowed: a major version in quotes, for example "17".',
    ],
    [
        () => new Database("db", { version: 17 as unknown as string }),
        'Database "db": version is 17; allowed: a major version in quotes, for example "17".',
    ],
    [
        () => new Database("db", { engine: "mysql" as "postgres" }),
        'Database "db": engine is "mysql"; allowed: "postgres".',
    ],
    [
        () => new Database("db", { storageGiB: 0 }),
        'Database "db": storageGiB is 0; allowed: a whole number of GiB from 1 to 65536.',
    ],
    [
        () => new Database("db", { storageGiB: 1.5, backupRetentionDays: 36 }),
        [
            'Database "db" has 3 problems:',
            "  - storageGiB is 1.5; allowed: a whole number of GiB from 1 to 65536.",
            "  - backupRetentionDays is 36; allowed: a whole number of days from 1 to 35.",
            "  - Database.backupRetentionDays (automatic backups) is not supported on local: nothing on this machine takes backups; leave it at its default here.",
        ].join("\n"),
    ],
    [
        () => new Database("db", { highlyAvailable: true }),
        'Database "db": Database.highlyAvailable (a standby that takes over) is not supported on local: there is one PostgreSQL on one machine; leave it out here.',
    ],
    [
        () => new Database("db", { backupRetentionDays: 30 }),
        'Database "db": Database.backupRetentionDays (automatic backups) is not supported on local: nothing on this machine takes backups; leave it at its default here.',
    ],
    [
        () => new Database("db", { deletionProtection: "yes" as unknown as boolean }),
        'Database "db": deletionProtection is "yes"; allowed: true or false.',
    ],
    [
        () => new Database("db", { restoreFrom: { snapshot: "s", pointInTime: "2026-01-31T12:00:00Z" } as never }),
        [
            'Database "db" has 2 problems:',
            "  - restoreFrom.pointInTime goes with database; a snapshot is a moment already.",
            "  - Database.restoreFrom (start from a backup) is not supported on local: nothing on this machine takes backups; load data with a Job instead.",
        ].join("\n"),
    ],
    [
        () => new Database("db", { restoreFrom: { database: "old", pointInTime: "yesterday" } }),
        [
            'Database "db" has 2 problems:',
            '  - restoreFrom.pointInTime is "yesterday"; allowed: a time such as "2026-01-31T12:00:00Z".',
            "  - Database.restoreFrom (start from a backup) is not supported on local: nothing on this machine takes backups; load data with a Job instead.",
        ].join("\n"),
    ],
    [
        () => new Database("db", { restoreFrom: { snapshot: "s" } }),
        'Database "db": Database.restoreFrom (start from a backup) is not supported on local: nothing on this machine takes backups; load data with a Job instead.',
    ],
    [
        () => new Database("db", { extensions: ["pg_trgm", "Robert'); DROP TABLE"] }),
        'Database "db": extensions[1] is "Robert\'); DROP TABLE"; allowed: the name of an extension.',
    ],
    [() => new Database("db", { size: "" }), 'Database "db": size is ""; allowed: a text that is not empty.'],
    [
        () => new Database("db", { transform: { local: { databse: {} } } as never }),
        'Database "db": transform.local.databse is not an argument; did you mean "database"?',
    ],
    [
        () => new Database("db", { transform: { gcp: {} } as never }),
        'Database "db": transform.gcp is not an argument; known: local, kubernetes, aws, azure.',
    ],
    [
        () => new Database("db", { local: { port: 1 } }),
        'Database "db": local.port is not an argument; there are none here.',
    ],
    [
        () => new Database("db", { platform: "ground" as never }),
        'Database "db": platform is "ground"; allowed: a Platform, or Platform.fromStack(…).',
    ],
    [() => new Database("db", "17" as never), 'Database "db": the arguments are "17"; allowed: an object.'],
    [
        () => new Queue("q", { visibilityTimeoutSeconds: 0 }),
        'Queue "q": visibilityTimeoutSeconds is 0; allowed: a whole number of seconds from 1 to 43200.',
    ],
    [
        () => new Queue("q", { maxDeliveries: 0, retentionSeconds: 30, delaySeconds: 901 }),
        [
            'Queue "q" has 3 problems:',
            "  - maxDeliveries is 0; allowed: a whole number of deliveries from 1 to 1000.",
            "  - retentionSeconds is 30; allowed: a whole number of seconds from 60 to 1209600.",
            "  - delaySeconds is 901; allowed: a whole number of seconds from 0 to 900.",
        ].join("\n"),
    ],
    [() => new Queue("q", { fifo: "no" as never }), 'Queue "q": fifo is "no"; allowed: true or false.'],
    [
        () => new Queue("q", { fifo: output(true) as never }),
        'Queue "q": fifo holds an Output; allowed: a plain value, because it decides which resources exist. Take it from the stack\'s configuration instead.',
    ],
    [
        () => new Queue("q", { maxDeliveries: output(0) }),
        'Queue "q": maxDeliveries is 0; allowed: a whole number of deliveries from 1 to 1000.',
    ],
    [
        () => new LogSink("logs", { retentionDays: 4000 }),
        'LogSink "logs": retentionDays is 4000; allowed: a whole number of days from 1 to 3653.',
    ],
    [
        () => new LogSink("logs", { retentionDays: "30" as never }),
        'LogSink "logs": retentionDays is "30"; allowed: a whole number of days from 1 to 3653.',
    ],
    [
        () => new LogSink("logs", { alerts: [{ name: "Errors", match: "" }] }),
        [
            'LogSink "logs" has 2 problems:',
            '  - alerts[0].name is "Errors"; allowed: up to 40 lower-case letters, digits and hyphens.',
            '  - alerts[0].match is ""; allowed: a text that is not empty.',
        ].join("\n"),
    ],
    [
        () =>
            new LogSink("logs", {
                alerts: [{ name: "errors", match: "/(/", threshold: 0, windowSeconds: 5, notify: "nobody" }],
            }),
        [
            'LogSink "logs" has 4 problems:',
            '  - alerts[0].match is "/(/", which is no regular expression: Invalid regular expression: /(/: Unterminated group.',
            "  - alerts[0].threshold is 0; allowed: a whole number of lines from 1 to 1000000.",
            "  - alerts[0].windowSeconds is 5; allowed: a whole number of seconds from 60 to 86400.",
            '  - alerts[0].notify is "nobody"; allowed: an http(s) URL, an e-mail address or "log".',
        ].join("\n"),
    ],
    [
        () => new LogSink("logs", { archive: { retentionDays: 0 } }),
        'LogSink "logs": archive.retentionDays is 0; allowed: a whole number of days from 1 to 36500.',
    ],
    [
        () => new Platform("ground", { zones: 0 }),
        'Platform "ground": zones is 0; allowed: a whole number of zones from 1 to 6.',
    ],
    [
        () => new Platform("ground", { network: "vpc-1" }),
        'Platform "ground": Platform.network (stand on a network that exists) is not supported on local: everything listens on loopback; leave network out here.',
    ],
    [
        () => new Platform("ground", { domain: "Example.com" }),
        [
            'Platform "ground" has 2 problems:',
            '  - domain is "Example.com"; allowed: a host name in lower case, for example "shop.example.com".',
            "  - Platform.domain (a domain for the whole platform) is not supported on local: nothing on this machine answers for a domain; give a load balancer its domain instead.",
        ].join("\n"),
    ],
    [
        () => new LoadBalancer("front", { algorithm: "round_robin" as never }),
        'LoadBalancer "front": algorithm is "round_robin"; allowed: "roundRobin" or "leastConnections". Did you mean "roundRobin"?',
    ],
    [
        () => new LoadBalancer("front", { routing: "latency" }),
        'LoadBalancer "front": LoadBalancer.latency (send users to the nearest region) is not supported on local: this machine is one region; leave routing at regional here, or choose it from the stack\'s configuration.',
    ],
    [
        () => new LoadBalancer("front", { routing: "geographic", internal: true }),
        [
            'LoadBalancer "front" has 2 problems:',
            '  - internal and routing "geographic" exclude each other; users of other regions are outside. Drop one.',
            "  - LoadBalancer.geographic (send users to the region of their country) is not supported on local: this machine is one region; leave routing at regional here, or choose it from the stack's configuration.",
        ].join("\n"),
    ],
    [
        () => new LoadBalancer("front", { domain: "https://shop.example.com" }),
        'LoadBalancer "front": domain is "https://shop.example.com"; allowed: a host name in lower case, for example "shop.example.com".',
    ],
    [
        () => new LoadBalancer("front", { certificate: "cert" }),
        [
            'LoadBalancer "front" has 2 problems:',
            "  - certificate is given without domain; name the domain that it is for.",
            "  - LoadBalancer.certificate (bring a certificate) is not supported on local: the local load balancer signs its own certificate; leave certificate out here.",
        ].join("\n"),
    ],
    [
        () => new LoadBalancer("front", { redirectToHttps: 1 as never, accessLogs: "on" as never }),
        [
            'LoadBalancer "front" has 2 problems:',
            "  - redirectToHttps is 1; allowed: true or false.",
            '  - accessLogs is "on"; allowed: true or false.',
        ].join("\n"),
    ],
    [
        () => new LoadBalancer("front", { allowedCidrs: ["10.0.0.0/8", "10.0.0.1", "300.0.0.0/8"] }),
        [
            'LoadBalancer "front" has 2 problems:',
            '  - allowedCidrs[1] is "10.0.0.1"; allowed: an address block, for example "203.0.113.0/24".',
            '  - allowedCidrs[2] is "300.0.0.0/8"; allowed: an address block, for example "203.0.113.0/24".',
        ].join("\n"),
    ],
    [
        () => new LoadBalancer("front", { idleTimeoutSeconds: 0 }),
        'LoadBalancer "front": idleTimeoutSeconds is 0; allowed: a whole number of seconds from 1 to 4000.',
    ],
    [
        () => new Autoscaler("scale", {} as never),
        [
            'Autoscaler "scale" has 2 problems:',
            "  - maxReplicas is missing; say how many replicas it may come to.",
            "  - nothing to scale on; give at least one of cpuPercent, memoryPercent, requestsPerSecondPerReplica, queueBacklogPerReplica or schedules.",
        ].join("\n"),
    ],
    [
        () => new Autoscaler("scale", { maxReplicas: 3 }),
        'Autoscaler "scale": nothing to scale on; give at least one of cpuPercent, memoryPercent, requestsPerSecondPerReplica, queueBacklogPerReplica or schedules.',
    ],
    [
        () => new Autoscaler("scale", { minReplicas: 0, maxReplicas: 3, cpuPercent: 70 }),
        'Autoscaler "scale": minReplicas is 0; allowed: 1 or more. To run no replica while idle, set scaleToZero: true.',
    ],
    [
        () => new Autoscaler("scale", { minReplicas: 5, maxReplicas: 3, cpuPercent: 0 }),
        [
            'Autoscaler "scale" has 2 problems:',
            "  - minReplicas is 5, more than maxReplicas, which is 3. Raise maxReplicas or lower minReplicas.",
            "  - cpuPercent is 0; allowed: a whole number of percent from 1 to 100.",
        ].join("\n"),
    ],
    [
        () => new Autoscaler("scale", { maxReplicas: 3, memoryPercent: 120, requestsPerSecondPerReplica: 0 }),
        [
            'Autoscaler "scale" has 2 problems:',
            "  - memoryPercent is 120; allowed: a whole number of percent from 1 to 100.",
            "  - requestsPerSecondPerReplica is 0; allowed: a number of requests a second from 0.1 to 1000000.",
        ].join("\n"),
    ],
    [
        () => new Autoscaler("scale", { maxReplicas: 3, cpuPercent: 70, scaleToZero: true }),
        'Autoscaler "scale": scaleToZero needs something that is measured without a replica; give queueBacklogPerReplica, requestsPerSecondPerReplica or schedules.',
    ],
    [
        () =>
            new Autoscaler("scale", {
                maxReplicas: 3,
                queueBacklogPerReplica: { queue: "mail" as never, messages: 0 },
            }),
        [
            'Autoscaler "scale" has 2 problems:',
            '  - queueBacklogPerReplica.queue is "mail"; allowed: a Queue, or Queue.fromStack(…).',
            "  - queueBacklogPerReplica.messages is 0; allowed: a whole number of messages from 1 to 1000000.",
        ].join("\n"),
    ],
    [
        () =>
            new Autoscaler("scale", {
                maxReplicas: 3,
                schedules: [{ cron: "0 6 * *", minReplicas: 4, maxReplicas: 2, timeZone: "Mars/Olympus" }],
            }),
        [
            'Autoscaler "scale" has 3 problems:',
            '  - schedules[0].cron is "0 6 * *", which has 4 fields; allowed: five fields (minute, hour, day of month, month, day of week), for example "0 6 * * 1".',
            '  - schedules[0].timeZone is "Mars/Olympus"; allowed: a time zone of the IANA database, for example "Europe/Berlin".',
            "  - schedules[0].minReplicas is 4, more than its maxReplicas, which is 2.",
        ].join("\n"),
    ],
    [
        () =>
            new Autoscaler("scale", {
                maxReplicas: 3,
                cpuPercent: 70,
                scaleInCooldownSeconds: -1,
                scaleOutCooldownSeconds: 9999,
            }),
        [
            'Autoscaler "scale" has 2 problems:',
            "  - scaleInCooldownSeconds is -1; allowed: a whole number of seconds from 0 to 3600.",
            "  - scaleOutCooldownSeconds is 9999; allowed: a whole number of seconds from 0 to 3600.",
        ].join("\n"),
    ],
    [() => new App("web", {}), 'App "web": none of image, build is given; say what to run.'],
    [
        () => new App("web", { ...code, image: "shop:1.0" }),
        [
            'App "web" has 2 problems:',
            "  - image and build exclude each other; keep one.",
            "  - App.image (run an image that exists) is not supported on local: no container engine is used on this machine; give build with a source folder and a Procfile or command.",
        ].join("\n"),
    ],
    [
        () => new App("web", { image: "shop:latest" }),
        [
            'App "web" has 2 problems:',
            '  - image is "shop:latest", which names the tag latest; allowed: a digest (…@sha256:…), or a tag of a version. What runs must not change under a running release.',
            "  - App.image (run an image that exists) is not supported on local: no container engine is used on this machine; give build with a source folder and a Procfile or command.",
        ].join("\n"),
    ],
    [
        () => new App("web", { image: "shop:1.0" }),
        'App "web": App.image (run an image that exists) is not supported on local: no container engine is used on this machine; give build with a source folder and a Procfile or command.',
    ],
    [
        () => new App("web", { build: { context: "test/support/nothing-here" } }),
        'App "web": build.context is "test/support/nothing-here", and there is no folder <cwd>/test/support/nothing-here; give a path relative to the program\'s folder.',
    ],
    [
        () => new App("web", { build: { context: "test/support/fixtures/no-procfile" } }),
        'App "web": build.context is "test/support/fixtures/no-procfile", which has no Procfile, and there is no command; write a Procfile with a line "worker: …", or give command.',
    ],
    [
        () => new App("web", { build: { contxt: "." } as never }),
        [
            'App "web" has 2 problems:',
            '  - build.contxt is not an argument; did you mean "context"?',
            "  - build.context is missing.",
        ].join("\n"),
    ],
    [
        () => new App("web", { build: { context: "test/support/fixtures/bad-procfile" } }),
        'App "web": <cwd>/test/support/fixtures/bad-procfile/Procfile:2 is "worker node worker.js"; allowed: a name, a colon and a command, for example "web: node server.js".',
    ],
    [
        () => new App("web", { ...code, process: "wrker" }),
        'App "web": process is "wrker", which the Procfile does not have; it has web or worker. Did you mean "worker"?',
    ],
    [
        () => new App("web", { ...code, command: "node web.js" as never }),
        'App "web": command is "node web.js"; allowed: a list of words, without a shell: ["node","web.js"].',
    ],
    [() => new App("web", { ...code, port: 80 }), 'App "web": port is 80; allowed: a whole number from 1024 to 65535.'],
    [
        () => new App("web", { ...code, port: output(8080) as never }),
        'App "web": port holds an Output; allowed: a plain value, because it decides which resources exist. Take it from the stack\'s configuration instead.',
    ],
    [
        () => new App("web", { ...code, cpu: 0, memoryMiB: 1 }),
        [
            'App "web" has 2 problems:',
            "  - cpu is 0; allowed: a number of vCPU from 0.05 to 64.",
            "  - memoryMiB is 1; allowed: a whole number of MiB from 64 to 491520.",
        ].join("\n"),
    ],
    [
        () => new App("web", { ...code, replicas: 0 }),
        'App "web": replicas is 0; allowed: a whole number of replicas from 1 to 1000.',
    ],
    [
        () =>
            new App("web", {
                ...code,
                replicas: 2,
                autoscaler: new Autoscaler("scale", { maxReplicas: 3, cpuPercent: 70 }),
            }),
        'App "web": replicas is 2 beside an autoscaler, which decides the number; drop replicas, and set minReplicas of the autoscaler.',
    ],
    [
        () => new App("web", { ...code, autoscaler: { maxReplicas: 3 } as never }),
        'App "web": autoscaler is {"maxReplicas":3}; allowed: an Autoscaler, or Autoscaler.fromStack(…).',
    ],
    [
        () => new App("web", { ...code, logs: "stdout" as never }),
        'App "web": logs is "stdout"; allowed: a LogSink, or LogSink.fromStack(…).',
    ],
    [
        () => new App("web", { ...code, environment: { "MY-NAME": "x", PORT: "1", COUNT: 3 as never } }),
        [
            'App "web" has 3 problems:',
            '  - environment has the name "MY-NAME"; allowed: letters, digits and "_", not starting with a digit.',
            "  - environment.PORT is set by the platform; read it, and choose another name for yours.",
            '  - environment.COUNT is 3; allowed: a text. Write "3".',
        ].join("\n"),
    ],
    [
        () => new App("web", { ...code, environment: { KEY: secret("s3cret") } }),
        'App "web": environment.KEY is a secret; move it to secrets, where it is handed over by reference.',
    ],
    [
        () => new App("web", { ...code, secrets: { KEY: "", OTHER: 1 as never } }),
        [
            'App "web" has 2 problems:',
            "  - secrets.KEY is empty; give it a value, or leave it out.",
            "  - secrets.OTHER is of type number; allowed: a text, or an Output of one.",
        ].join("\n"),
    ],
    [
        () => new App("web", { ...code, environment: { KEY: "a" }, secrets: { KEY: "b" } }),
        'App "web": KEY is in environment and in secrets; keep one.',
    ],
    [
        () => new App("web", { ...code, bindings: { MAIL_URL: new Queue("mail") as never } }),
        'App "web": bindings.MAIL_URL is the Queue "mail" itself; allowed: a Database, queue.toSend(), queue.toReceive() or an App.',
    ],
    [
        () => new App("web", { ...code, bindings: { DB: "postgresql://" as never } }),
        'App "web": bindings.DB is of type string; allowed: a Database, queue.toSend(), queue.toReceive() or an App.',
    ],
    [
        () => new App("web", { ...code, release: { command: "npm run migrate" as never } }),
        'App "web": release.command is "npm run migrate"; allowed: a list of words, without a shell: ["npm","run","migrate"].',
    ],
    [
        () => new App("web", { ...code, release: { command: [], timeoutSeconds: 0 } }),
        [
            'App "web" has 2 problems:',
            "  - release.command is an empty list; allowed: at least 1 of words.",
            "  - release.timeoutSeconds is 0; allowed: a whole number of seconds from 1 to 3600.",
        ].join("\n"),
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                health: { readinessPath: "readyz", startupSeconds: 0, failureThreshold: 99 },
            }),
        [
            'App "web" has 3 problems:',
            '  - health.readinessPath is "readyz"; allowed: a path that starts with "/" and has no "*", "?", "#" or white space.',
            "  - health.startupSeconds is 0; allowed: a whole number of seconds from 1 to 3600.",
            "  - health.failureThreshold is 99; allowed: a whole number of checks from 1 to 10.",
        ].join("\n"),
    ],
    [
        () => new App("web", { ...code, port: 8080, health: { command: ["true"] } }),
        'App "web": health.command is for a process without a port; this one answers livenessPath.',
    ],
    [
        () => new App("worker", { ...code, health: { livenessPath: "/healthz" } }),
        'App "worker": health has a path, and without a port nothing can be asked over HTTP; use health.command.',
    ],
    [
        () => new App("web", { ...code, stopTimeoutSeconds: 601 }),
        'App "web": stopTimeoutSeconds is 601; allowed: a whole number of seconds from 1 to 600.',
    ],
    [
        () => new App("web", { ...code, port: 8080, rollout: { strategy: "bluegreen" as never } }),
        'App "web": rollout.strategy is "bluegreen"; allowed: "rolling", "blueGreen" or "canary". Did you mean "blueGreen"?',
    ],
    [
        () => new App("web", { ...code, port: 8080, rollout: { steps: [{ percent: 10, bakeSeconds: 60 }] } }),
        'App "web": rollout.steps goes with strategy "canary", and the strategy is "rolling". Drop one.',
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                rollout: {
                    strategy: "canary",
                    steps: [
                        { percent: 50, bakeSeconds: 1 },
                        { percent: 10, bakeSeconds: 1 },
                    ],
                    bakeSeconds: 5,
                },
            }),
        [
            'App "web" has 2 problems:',
            '  - rollout.bakeSeconds goes with strategy "blueGreen", and the strategy is "canary". Drop it.',
            "  - rollout.steps[1].percent is 10, not more than the step before it, which is 50.",
        ].join("\n"),
    ],
    [
        () => new App("worker", { ...code, rollout: { strategy: "canary" } }),
        'App "worker": rollout.strategy is "canary", and without a port there is no traffic to shift; use rolling.',
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                rollout: { rollbackOn: { errorPercent: 0, p99Milliseconds: 0, alarms: ["errors"] } },
            }),
        [
            'App "web" has 2 problems:',
            "  - rollout.rollbackOn.errorPercent is 0; allowed: a number of percent from 0.1 to 100.",
            "  - rollout.rollbackOn.p99Milliseconds is 0; allowed: a whole number of milliseconds from 1 to 600000.",
        ].join("\n"),
    ],
    [
        () => new App("web", { ...code, routes: [{ loadBalancer: new LoadBalancer("front"), path: "/" }] }),
        'App "web": routes are given without a port; say which port the process listens on.',
    ],
    [
        () => new App("web", { ...code, port: 8080, routes: { path: "/" } as never }),
        'App "web": routes is {"path":"/"}; allowed: a list of routes; an Output is not, because routes decide which resources exist.',
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                routes: [{ loadBalancer: "front" as never, path: "orders/", host: "Shop" }],
            }),
        [
            'App "web" has 3 problems:',
            '  - routes[0].loadBalancer is "front"; allowed: a LoadBalancer, or LoadBalancer.fromStack(…).',
            '  - routes[0].path is "orders/"; allowed: a path that starts with "/" and has no "*", "?", "#" or white space.',
            '  - routes[0].host is "Shop"; allowed: a host name in lower case, for example "shop.example.com".',
        ].join("\n"),
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                routes: [{ loadBalancer: new LoadBalancer("front"), path: "/orders/" }],
            }),
        'App "web": routes[0].path is "/orders/"; allowed: a prefix without "/" at its end. Write "/orders"; it matches "/orders/" too.',
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                routes: [{ loadBalancer: new LoadBalancer("front"), path: "/orders", percent: 20 }],
            }),
        'App "web": routes[0].percent is 20, and nobody serves the rest; name the app that does in otherwise.',
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                routes: [
                    {
                        loadBalancer: new LoadBalancer("front"),
                        path: "/",
                        otherwise: "monolith" as never,
                        percent: 101,
                        stripPrefix: 1 as never,
                    },
                ],
            }),
        [
            'App "web" has 3 problems:',
            '  - routes[0].otherwise is "monolith"; allowed: an App.',
            "  - routes[0].percent is 101; allowed: a whole number of percent from 0 to 100.",
            "  - routes[0].stripPrefix is 1; allowed: true or false.",
        ].join("\n"),
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                routes: [{ loadBalancer: new LoadBalancer("front"), path: "/", countries: ["DE"] }],
            }),
        'App "web": App.routes.countries (routes by the user\'s country) is not supported on local: a local load balancer has no users in other countries; leave it out here.',
    ],
    [
        () =>
            new App("web", {
                ...code,
                port: 8080,
                routes: [{ loadBalancer: new LoadBalancer("front"), path: "/", joins: "other" }],
            }),
        "App \"web\": App.routes.joins (serve a route of another region's stack too) is not supported on local: this machine is one region; there is no other region's route to join.",
    ],
    [
        () => twoAppsOnOnePath(),
        'App "basket": routes[0] serves every host /orders of LoadBalancer "front", which App "orders" serves already. Choose another path, or share it: percent: …, otherwise: orders.',
    ],
    [
        () => new Job("report", {} as never),
        [
            'Job "report" has 2 problems:',
            "  - none of image, build, app is given; say what to run.",
            "  - command is missing; say what to run, as a list of words.",
        ].join("\n"),
    ],
    [
        () => new Job("report", { app: "web" as never, command: ["true"] }),
        'Job "report": app is "web"; allowed: an App, or App.fromStack(…).',
    ],
    [
        () => new Job("report", { app: web(), image: "shop:1.0", command: ["true"] }),
        'Job "report": image and app exclude each other; keep one.',
    ],
    [
        () => new Job("report", { image: "shop:1.0", command: ["true"] }),
        'Job "report": image cannot run here, since no container engine is used; give app, or build with a source folder.',
    ],
    [
        () => new Job("report", { app: web(), command: ["true"], schedule: "@weekly" }),
        'Job "report": schedule is "@weekly", which has one field; allowed: five fields (minute, hour, day of month, month, day of week), for example "0 6 * * 1".',
    ],
    [
        () => new Job("report", { app: web(), command: ["true"], schedule: "0 25 * * *" }),
        'Job "report": schedule is "0 25 * * *": Invalid value for hour: 25. Allowed: five fields (minute, hour, day of month, month, day of week), for example "0 6 * * 1".',
    ],
    [
        () => new Job("report", { app: web(), command: ["true"], timeZone: "Europe/Berlin" }),
        'Job "report": timeZone is given without a schedule; give a schedule, or drop it.',
    ],
    [
        () =>
            new Job("report", {
                app: web(),
                command: ["true"],
                timeoutSeconds: 0,
                retries: 11,
                allowOverlap: "no" as never,
            }),
        [
            'Job "report" has 3 problems:',
            '  - allowOverlap is "no"; allowed: true or false.',
            "  - timeoutSeconds is 0; allowed: a whole number of seconds from 1 to 86400.",
            "  - retries is 11; allowed: a whole number of times from 0 to 10.",
        ].join("\n"),
    ],
    [
        () => Database.fromStack(new StackReference("acme/shop/dev"), "database").url,
        'Database.fromStack("acme/shop/dev", "database"): the stack has no output "database"; it has cloudDb, db or url. Export the component there (export const database = new Database(…)) and run pulumi up in that stack.',
    ],
    [
        () => Queue.fromStack(new StackReference("acme/shop/dev"), "db").url,
        'Queue.fromStack("acme/shop/dev", "db"): the output "db" is a Database, not a Queue. Use Database.fromStack.',
    ],
    [
        () => LoadBalancer.fromStack(new StackReference("acme/shop/dev"), "url").url,
        'LoadBalancer.fromStack("acme/shop/dev", "url"): the output "url" is "string", not a component. Export the component itself: export const url = new LoadBalancer(…).',
    ],
    [
        () =>
            new App("web", {
                ...code,
                bindings: { DATABASE_URL: Database.fromStack(new StackReference("acme/shop/dev"), "cloudDb") },
            }),
        'Database "cloudDb" lives on aws, and this stack runs on local. A component attaches to components of its own target only.',
    ],
];

test.each(programs.map(([program, message]) => ({ program, message })))("$message", async ({ program, message }) => {
    expect(await messageOf(program)).toBe(message);
});
