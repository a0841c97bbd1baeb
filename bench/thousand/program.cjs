// So many log sinks on the local target: with components, the same custom resources by hand, and those in bare components.
const pulumi = require("@pulumi/pulumi");
const { LogSink } = require("twelvefold");
const { LocalObject } = require("../../dist/providers/local/resource/local-object.js");
const { homeOf } = require("../../dist/providers/local/paths.js");

const RETENTION_DAYS = 3;

class Group extends pulumi.ComponentResource {
    constructor(kind, name) {
        super(`bench:index:${kind}`, name);
    }
}

function byHand(sinks, grouped) {
    const make = (kind, name, key, args) => {
        const group = grouped ? new Group(kind, name) : undefined;
        const made = new LocalObject(
            kind,
            `${name}-${key}`,
            { objectName: name, ...args },
            group ? { parent: group } : {},
        );
        group?.registerOutputs({ name: made.objectName });
        return made;
    };
    const project = pulumi.getProject();
    const stack = pulumi.getStack();
    const { home } = make("platform", "platform", "supervisor", {
        home: homeOf(project, stack),
        spec: { project, stack },
    });
    for (let index = 0; index < sinks; index++) {
        make("logs", `sink-${index}`, "sink", {
            home,
            spec: { retentionDays: RETENTION_DAYS, maxMiB: 1024, alerts: [] },
        });
    }
}

const VARIANTS = {
    raw: (sinks) => byHand(sinks, false),
    bare: (sinks) => byHand(sinks, true),
    components: (sinks) => {
        for (let index = 0; index < sinks; index++) new LogSink(`sink-${index}`, { retentionDays: RETENTION_DAYS });
    },
};

const config = new pulumi.Config();
VARIANTS[config.require("variant")](config.requireNumber("sinks"));
