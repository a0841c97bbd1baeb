import fc from "fast-check";
import { App, type AppArgs, Database, LoadBalancer, Queue } from "twelvefold";
import { type Recording, runProgram } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { runShop } from "../../../support/stacks.js";
import { isAllowed } from "./iam.js";
import { Access } from "./model.js";

const IMAGE = `registry.example.com/shop@sha256:${"0".repeat(64)}`;
const PORT = 8080;

const SEND = ["sqs:SendMessage"];
const RECEIVE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];
/** What nobody needs. */
const NEVER = [
    "sqs:PurgeQueue",
    "sqs:DeleteQueue",
    "sqs:SetQueueAttributes",
    "sqs:AddPermission",
    "sqs:CreateQueue",
    "sqs:StartMessageMoveTask",
];

/** One right of an app, as `queue.send`; by the emitted documents and rules. */
function granted(recording: Recording): Readonly<Record<string, readonly string[]>> {
    const access = new Access(recording);
    const apps = access.names("App");
    return Object.fromEntries(
        apps.map((app) => {
            const code = (actions: readonly string[], resource: string) =>
                actions.filter((action) => access.code(app, action, access.arn(resource)));
            const rights = [
                ...access.names("Queue").flatMap((queue) => {
                    const can = (actions: readonly string[]) => code(actions, `${queue}-queue`);
                    return [
                        ...(can(SEND).length > 0 ? [`${queue}.send`] : []),
                        // All of them or none: half a receiver would lose its messages to the dead letters.
                        ...(can(RECEIVE).length === RECEIVE.length ? [`${queue}.receive`] : can(RECEIVE)),
                        ...can(NEVER),
                        ...code([...SEND, ...RECEIVE, ...NEVER], `${queue}-dead`).map(
                            (action) => `${queue}-dead ${action}`,
                        ),
                    ];
                }),
                ...access
                    .names("Database")
                    .flatMap((database) => [
                        ...(access.starts(app, `${database}-url`) ? [`${database}.url`] : []),
                        ...(access.reaches(app, database, 5432) ? [`${database}.network`] : []),
                        ...(access.reaches(app, database, 22) ? [`${database}.anything`] : []),
                        ...code(["secretsmanager:GetSecretValue"], `${database}-url`),
                    ]),
                ...apps.flatMap((other) => [
                    ...(other !== app && access.reaches(app, other, PORT) ? [`${other}.network`] : []),
                ]),
                ...["iam:PassRole", "sts:AssumeRole", "ecs:RunTask", "ec2:RunInstances", "s3:GetObject"].filter(
                    (action) => access.code(app, action, "arn:aws:any:::thing"),
                ),
            ];
            return [app, rights.sort()];
        }),
    );
}

/** The same, by what the program asked for. */
function asked(recording: Recording): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
        recording.components("App").map(({ name, inputs }) => {
            const bindings = Object.values(
                (inputs.bindings ?? {}) as Record<string, { name: string; right: string; kind: string }>,
            );
            const rights = bindings.flatMap(({ name: to, right, kind }) => {
                if (kind === "Queue") return [`${to}.${right}`];
                return kind === "Database" ? [`${to}.network`, `${to}.url`] : [`${to}.network`];
            });
            return [name, [...new Set(rights)].sort()];
        }),
    );
}

describe("every app and every resource of the shop: allowed exactly where there is a binding", () => {
    test.each(["development", "production"] as const)("%s", async (profile) => {
        const shop = await runShop({ target: "aws", profile });
        expect(granted(shop)).toEqual(asked(shop));
        expect(granted(shop)).toEqual({
            catalog: [],
            mailer: ["db.network", "db.url", "mail.receive"],
            web: ["catalog.network", "db.network", "db.url", "mail.send"],
        });
    });

    test("secrets of an app are its own, and only what starts it reads them", async () => {
        const access = new Access(await runShop({ target: "aws" }));
        expect(access.names("App").filter((app) => access.starts(app, "web-secret"))).toEqual(["web"]);
        const read = "secretsmanager:GetSecretValue";
        expect(access.names("App").filter((app) => access.code(app, read, access.arn("web-secret")))).toEqual([]);
    });

    test("the internet reaches the load balancer, which reaches the app with a route", async () => {
        const access = new Access(await runShop({ target: "aws" }));
        const components = ["front", "db", ...access.names("App")];
        expect(components.filter((name) => access.isPublic(name, 80))).toEqual(["front"]);
        expect(components.filter((name) => [443, 5432, PORT].some((port) => access.isPublic(name, port)))).toEqual([]);
        expect(components.filter((name) => access.reaches("front", name, PORT))).toEqual(["web"]);
        expect(access.reaches("front", "db", 5432)).toBe(false);
    });
});

test("the same for any bindings of any apps", async () => {
    const names = ["a", "b", "c"];
    const right = fc.subarray([
        "first.send",
        "first.receive",
        "second.send",
        "second.receive",
        "db",
        "store",
        "others",
    ]);
    const property = fc.asyncProperty(fc.tuple(right, right, right), async (wishes) => {
        const recording = await runProgram(
            () => {
                const queues = { first: new Queue("first"), second: new Queue("second") };
                const databases = { db: new Database("db"), store: new Database("store") };
                const front = new LoadBalancer("front");
                const made: App[] = [];
                for (const [index, name] of names.entries()) {
                    const wish = wishes[index] ?? [];
                    const bindings: NonNullable<AppArgs["bindings"]> = {
                        ...(wish.includes("first.send") ? { A: queues.first.toSend() } : {}),
                        ...(wish.includes("first.receive") ? { B: queues.first.toReceive() } : {}),
                        ...(wish.includes("second.send") ? { C: queues.second.toSend() } : {}),
                        ...(wish.includes("second.receive") ? { D: queues.second.toReceive() } : {}),
                        ...(wish.includes("db") ? { E: databases.db } : {}),
                        ...(wish.includes("store") ? { F: databases.store } : {}),
                        ...(wish.includes("others") ? Object.fromEntries(made.map((app, n) => [`G${n}`, app])) : {}),
                    };
                    const routes = index === 0 ? [{ loadBalancer: front, path: "/" }] : [];
                    made.push(new App(name, { image: IMAGE, port: PORT, bindings, routes }));
                }
            },
            { target: "aws", profile: "development" },
        );
        expect(granted(recording)).toEqual(asked(recording));
    });
    await fc.assert(property, { numRuns: 12 });
}, 240_000);

describe("the evaluator itself", () => {
    const allow = (statement: object) => JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] });
    const deny = (statement: object) => JSON.stringify({ Statement: [{ Effect: "Deny", ...statement }] });
    const request = { action: "sqs:SendMessage", resource: "arn:aws:sqs:r:1:mail" };

    test.each([
        ["nothing", [], false],
        ["the action on the resource", [allow({ Action: ["sqs:sendmessage"], Resource: request.resource })], true],
        ["another resource", [allow({ Action: "sqs:SendMessage", Resource: "arn:aws:sqs:r:1:mai" })], false],
        ["wildcards", [allow({ Action: "sqs:Send*", Resource: "arn:aws:sqs:?:1:*" })], true],
        ["a deny beside it", [allow({ Action: "*", Resource: "*" }), deny({ Action: "sqs:*", Resource: "*" })], false],
        [
            "a condition that nobody fulfils",
            [allow({ Action: "*", Resource: "*", Condition: { StringEquals: { "aws:x": "y" } } })],
            false,
        ],
    ])("%s", (_, policies, expected) => {
        expect(isAllowed(policies, request)).toBe(expected);
    });

    test("what it does not know is an error, not a no", () => {
        expect(() => isAllowed([allow({ Action: "*", NotResource: "*", Resource: "*" })], request)).toThrow(
            "NotResource",
        );
    });
});
