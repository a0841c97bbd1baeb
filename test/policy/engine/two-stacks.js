// One program, in two environments: the later one reads what the earlier one runs, and lets the pack compare them.
const { ComponentResource, Config, StackReference } = require("@pulumi/pulumi");
const { Database, LogSink } = require("twelvefold");

const config = new Config();
const previous = config.get("previous");
if (previous !== undefined) {
    exports.compareWith = { staging: new StackReference(previous).requireOutput("intents") };
}

// No image runs on the local target: this is what an App registers on a cloud.
class App extends ComponentResource {
    constructor(name, intent) {
        super("twelvefold:index:App", name, intent);
        this.registerOutputs({ intent });
    }
}
const web = { kind: "App", target: "aws", profile: "production", computed: [], image: config.require("image") };
new App("web", web);
const db = new Database("db", { version: config.require("version"), deletionProtection: false });

exports.intents = { web, db: db.intent };
if (config.getBoolean("logs")) exports.intents.logs = new LogSink("logs").intent;
