import fc from "fast-check";
import { LoadBalancer } from "twelvefold";
import { describe, expect, test } from "vitest";
import { fitOneRule, rewriteOf } from "#dist/providers/aws/route-match.js";
import { bandOf, LAST_PRIORITY, type Match, priorityOf } from "#dist/providers/aws/rule-priority.js";
import { inputs, run, web } from "./programs.js";

const segment = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
const path = fc.array(segment, { maxLength: 9 }).map((segments) => `/${segments.join("/")}`);
const host = fc.option(fc.stringMatching(/^(\*\.)?[a-z]{1,8}\.example\.com$/), { nil: undefined });
const match: fc.Arbitrary<Match> = fc
    .record({ host, path, shares: fc.boolean() })
    .map(({ host, ...rest }) => (host === undefined ? rest : { host, ...rest }));
const matches = fc.uniqueArray(match, {
    maxLength: 40,
    selector: ({ host, path, shares }) => `${host} ${path} ${shares}`,
});

function assign(list: readonly Match[]): readonly number[] {
    const taken = new Set<number>();
    return list.map((one) => {
        const priority = priorityOf(one, taken);
        if (priority === undefined) throw new Error("full");
        taken.add(priority);
        return priority;
    });
}

describe("priorities of rules", () => {
    test("are unique, and leave room for rules that are written by hand", () => {
        fc.assert(
            fc.property(matches, (list) => {
                const priorities = assign(list);
                expect(new Set(priorities).size).toBe(list.length);
                for (const priority of priorities) {
                    expect(priority).toBeGreaterThanOrEqual(1);
                    expect(priority).toBeLessThanOrEqual(LAST_PRIORITY);
                }
            }),
        );
    });

    test("stay when a route is added at the end", () => {
        fc.assert(
            fc.property(matches, match, (list, added) => {
                expect(assign([...list, added]).slice(0, -1)).toEqual(assign(list));
            }),
        );
    });

    test("stay wherever a route is added, unless its slot is another one's", () => {
        fc.assert(
            fc.property(matches, match, (list, added) => {
                const alone = priorityOf(added, new Set());
                const free = list.map((one) => priorityOf(one, new Set()));
                fc.pre(new Set([...free, alone]).size === list.length + 1);
                expect(assign([added, ...list]).slice(1)).toEqual(assign(list));
            }),
        );
    });

    test("let the more specific come first", () => {
        fc.assert(
            fc.property(match, match, (a, b) => {
                if (bandOf(a) === bandOf(b)) return;
                const [first, second] = bandOf(a) < bandOf(b) ? [a, b] : [b, a];
                const [one, two] = assign([first, second]);
                expect(one).toBeLessThan(two ?? 0);
            }),
        );
        const order = (list: readonly Match[]) => {
            const priorities = assign(list);
            expect([...priorities].sort((x, y) => x - y)).toEqual(priorities);
        };
        const shares = false;
        order([
            { host: "a.example.com", path: "/orders/items", shares },
            { host: "a.example.com", path: "/orders", shares },
            { host: "a.example.com", path: "/", shares },
            { host: "*.example.com", path: "/orders", shares },
            { path: "/orders/items", shares },
            { path: "/orders", shares: true },
            { path: "/orders", shares },
            { path: "/", shares },
        ]);
    });

    test("of a program are as its declarations say, and a given one is kept", async () => {
        const recording = await run(() => {
            const front = new LoadBalancer("front");
            web({ routes: [{ loadBalancer: front, path: "/" }] }, "a");
            web(
                { routes: [{ loadBalancer: front, path: "/orders" }], aws: { priorities: { "/orders": 49_000 } } },
                "b",
            );
        });
        const rules = recording.resources.filter(({ type }) => type.endsWith(":ListenerRule"));
        const priorities = rules.map(({ inputs }) => Number(inputs.priority)).sort((a, b) => a - b);
        expect(priorities).toEqual([expect.any(Number), 49_000]);
        expect(priorities[0]).toBeGreaterThan(47_000);
    });

    test("given twice are an error", async () => {
        const program = () => {
            const front = new LoadBalancer("front");
            const aws = { priorities: { "/a": 7, "/b": 7 } };
            web({ routes: ["/a", "/b"].map((path) => ({ loadBalancer: front, path })), aws });
        };
        await expect(run(program)).rejects.toThrow(
            'aws.priorities has 7 for /b, which another rule of LoadBalancer "front" has.',
        );
    });
});

describe("what a rule does", () => {
    const routesOf = (path: string) => [{ path, stripPrefix: true }];
    const strip = (prefix: string, url: string) => {
        const { regex, replace } = rewriteOf(routesOf(prefix));
        return url.replace(new RegExp(regex), replace);
    };

    test("a prefix is taken off, and nothing else", () => {
        expect(strip("/orders", "/orders")).toBe("/");
        expect(strip("/orders", "/orders/")).toBe("/");
        expect(strip("/orders", "/orders/1/items")).toBe("/1/items");
        expect(strip("/orders", "/ordersets")).toBe("/ordersets");
        expect(strip("/a.b", "/a.b/c")).toBe("/c");
        expect(strip("/a.b", "/aXb/c")).toBe("/aXb/c");
    });

    test("one rule has room for two prefixes", () => {
        const route = (path: string, host?: string) => ({ path, stripPrefix: false, ...(host ? { host } : {}) });
        expect(fitOneRule([route("/a"), route("/b")])).toBe(true);
        expect(fitOneRule([route("/a", "x.example.com"), route("/b", "x.example.com")])).toBe(true);
        expect(fitOneRule([route("/a"), route("/b"), route("/c")])).toBe(false);
        expect(fitOneRule([route("/a", "x.example.com"), route("/b")])).toBe(false);
    });

    test("a share is a weight, and the rest goes to the app that keeps it", async () => {
        const recording = await run(() => {
            const front = new LoadBalancer("front");
            const legacy = web({ routes: [{ loadBalancer: front, path: "/" }] }, "legacy");
            web({
                routes: [{ loadBalancer: front, path: "/orders", percent: 20, otherwise: legacy, stripPrefix: true }],
            });
        });
        const rule = recording.resources.find(({ name }) => name.startsWith("web-rule-"));
        const arnOf = (app: string) => expect.stringContaining(`targetgroup/${app}-tg-front`);
        expect(rule?.inputs).toMatchObject({
            conditions: [{ pathPattern: { values: ["/orders", "/orders/*"] } }],
            transforms: [{ type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/(?:orders)(?:/(.*))?$" } } }],
            actions: [
                {
                    type: "forward",
                    forward: {
                        targetGroups: [
                            { arn: arnOf("web"), weight: 20 },
                            { arn: arnOf("legacy"), weight: 80 },
                        ],
                    },
                },
            ],
        });
    });

    test("a canary has one rule for all its paths, whose weights are ECS's", async () => {
        const recording = await run(() => {
            const front = new LoadBalancer("front");
            const routes = ["/a", "/b"].map((path) => ({ loadBalancer: front, path, host: "shop.example.com" }));
            web({ routes, rollout: { strategy: "canary" } });
        });
        const rules = recording.resources.filter(({ type }) => type.endsWith(":ListenerRule"));
        expect(rules).toHaveLength(1);
        expect(rules[0]).toMatchObject({
            ignoreChanges: ["actions"],
            inputs: {
                conditions: [
                    { hostHeader: { values: ["shop.example.com"] } },
                    { pathPattern: { values: ["/a", "/a/*", "/b", "/b/*"] } },
                ],
            },
        });
        expect(inputs(recording, "web", "service").loadBalancers?.[0]).toMatchObject({
            advancedConfiguration: { productionListenerRule: expect.stringContaining("listenerrule") },
        });
    });
});
