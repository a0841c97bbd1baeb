import fc from "fast-check";
import { App, Database, Job, LoadBalancer, Queue } from "twelvefold";
import { expect, test } from "vitest";
import { dnsName, LIMITS, labelValue, namespaceName, postgresName } from "#dist/providers/kubernetes/names.js";
import { COMPONENT_NAME } from "#dist/providers/naming.js";
import { IMAGE, type Json, run } from "./programs.js";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** What Pulumi allows as the name of a project or stack. */
const pulumiName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
const componentName = fc.stringMatching(/^[a-z][a-z0-9-]{0,29}$/).filter((name) => COMPONENT_NAME.test(name));

test("a namespace is legal, and two stacks have two", () => {
    fc.assert(
        fc.property(pulumiName, pulumiName, pulumiName, (project, stack, other) => {
            const name = namespaceName(project, stack);
            expect(name).toMatch(LABEL);
            expect(name.length).toBeLessThanOrEqual(63);
            if (stack !== other) expect(namespaceName(project, other)).not.toBe(name);
        }),
    );
});

test("what is legal stays as it is", () => {
    expect(namespaceName("shop", "dev")).toBe("shop-dev");
    expect(dnsName("Shop_1", 63)).toMatch(/^shop-1-[0-9a-f]{4}$/);
});

test("label values and PostgreSQL names are legal", () => {
    fc.assert(
        fc.property(fc.string({ maxLength: 200 }), componentName, (text, component) => {
            expect(labelValue(text)).toMatch(LABEL_VALUE);
            expect(labelValue(text).length).toBeLessThanOrEqual(63);
            expect(postgresName(component)).toMatch(/^[a-z][a-z0-9_]{0,40}$/);
            expect(postgresName(component)).not.toMatch(/^(pg_|postgres$|template[01]$)/);
        }),
    );
});

test("every object of the longest names is legal", async () => {
    const long = (letter: string) => letter.repeat(30);
    const property = fc.asyncProperty(pulumiName, pulumiName, async (project, stack) => {
        const { resources } = await run(
            () => {
                const db = new Database(long("d"));
                const mail = new Queue(long("q"));
                const front = new LoadBalancer(long("l"), { domain: "shop.example.com" });
                const app = new App(long("a"), {
                    image: IMAGE,
                    port: 8080,
                    replicas: 2,
                    bindings: { A_VERY_LONG_NAME_OF_A_VARIABLE_FOR_THE_DATABASE: db, MAIL: mail.toSend() },
                    routes: [{ loadBalancer: front, path: "/orders" }],
                });
                new Job(long("j"), { app, command: ["true"], schedule: "0 6 * * 1" });
            },
            { project, stack },
        );
        for (const { type, name, inputs } of resources.filter(({ custom, id }) => custom && id === undefined)) {
            const metadata = inputs.metadata as Json | undefined;
            if (metadata === undefined) continue;
            const physical = metadata.name ?? `${name}-01234567`;
            const kind = type.split(":").at(-1) ?? "";
            expect(physical, `${type} ${name}`).toMatch(kind === "Service" || kind === "Namespace" ? LABEL : SUBDOMAIN);
            expect(String(physical).length, `${type} ${name}`).toBeLessThanOrEqual(limitOf(kind));
            for (const [key, value] of Object.entries(metadata.labels ?? {})) {
                expect(value, key).toMatch(LABEL_VALUE);
                expect(String(value).length, key).toBeLessThanOrEqual(63);
            }
        }
    });
    await fc.assert(property, { numRuns: 10 });
});

/** Pods are named after their Job, Deployment or Cluster, with a suffix; and a pod's name is its host name. */
function limitOf(kind: string): number {
    if (kind === "CronJob") return LIMITS.cronJob;
    if (kind === "Cluster") return LIMITS.cluster;
    return ["Service", "Namespace", "Job", "RabbitmqCluster"].includes(kind) ? 63 : 253;
}
