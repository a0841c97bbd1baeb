import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
    allocatedGiB,
    growsToGiB,
    identifierPrefix,
    instanceClass,
    sizeProblem,
} from "#dist/providers/aws/database-size.js";
import { filterPattern } from "#dist/providers/aws/filter-pattern.js";
import { RETENTION_DAYS, retentionFor } from "#dist/providers/aws/retention.js";
import { backlogMetrics, requestMetrics } from "#dist/providers/aws/scale-metrics.js";

test("retention is legal, long enough, and no longer than it must be", () => {
    fc.assert(
        fc.property(fc.integer({ min: 1, max: 3653 }), (days) => {
            const kept = retentionFor(days);
            expect(RETENTION_DAYS).toContain(kept);
            expect(kept).toBeGreaterThanOrEqual(days);
            expect(RETENTION_DAYS.filter((legal) => legal >= days && legal < kept)).toEqual([]);
        }),
    );
});

test("a disk is within gp3 and grows by a tenth or more, or not at all", () => {
    fc.assert(
        fc.property(fc.integer({ min: 1, max: 65_536 }), fc.constantFrom(2, 5), (asked, factor) => {
            const allocated = allocatedGiB(asked);
            const most = growsToGiB(asked, factor);
            expect(allocated).toBe(Math.max(20, asked));
            expect(most).toBeLessThanOrEqual(65_536);
            expect(most === 0 || most >= allocated * 1.1).toBe(true);
            if (allocated * 1.1 <= 65_536) expect(most).toBeGreaterThan(0);
        }),
    );
    expect(growsToGiB(20, 5)).toBe(100);
    expect(growsToGiB(65_000, 2)).toBe(0);
});

test("an identifier of RDS is legal, and two long names stay two", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
    fc.assert(
        fc.property(name, name, (project, stack) => {
            const identifier = `${identifierPrefix(project, stack, "db")}-01234567`;
            expect(identifier).toMatch(/^[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]$/);
            expect(`${identifier}`.length).toBeLessThanOrEqual(63);
        }),
    );
    expect(identifierPrefix("shop", "dev", "db")).toBe("shop-dev-db");
    expect(identifierPrefix("x".repeat(60), "a", "db")).not.toBe(identifierPrefix("x".repeat(60), "b", "db"));
});

test("sizes", () => {
    expect(["small", "medium", "large", "db.r7g.large"].map(instanceClass)).toEqual([
        "db.t4g.micro",
        "db.m7g.large",
        "db.m7g.2xlarge",
        "db.r7g.large",
    ]);
    expect(sizeProblem("huge")).toBe(
        'size is "huge"; allowed on aws: small, medium, large, or a class of RDS such as "db.r7g.large".',
    );
});

describe("patterns of alerts", () => {
    test("a phrase is quoted", () => {
        expect(filterPattern('say "no" \\')).toEqual({ pattern: '"say \\"no\\" \\\\"' });
    });

    test("an expression has characters of their alphabet only, and means what it meant", () => {
        const atom = fc.constantFrom(
            "a",
            "E",
            "7",
            " ",
            "!",
            '"',
            "%",
            "\\d",
            "\\s",
            "\\.",
            "\\(",
            "[a-c!]",
            ".",
            "\\x41",
            "_",
            ":",
            "&",
            "~",
            "<",
        );
        const quantified = fc.tuple(atom, fc.constantFrom("", "*", "+", "?", "{1,2}")).map((parts) => parts.join(""));
        const text = fc.string({ maxLength: 12, unit: fc.constantFrom(...'aE7 !"%.(c_:&~<AB') });
        fc.assert(
            fc.property(
                fc.array(quantified, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("")),
                fc.array(text, { minLength: 20, maxLength: 20 }),
                (source, lines) => {
                    fc.pre(source !== "" && isExpression(source));
                    const translated = filterPattern(`/${source}/`);
                    if ("problem" in translated) throw new Error(translated.problem);
                    const inner = /^%(.*)%$/s.exec(translated.pattern)?.[1] ?? "";
                    expect(inner).toMatch(/^[A-Za-z0-9_#=@/;,^$?[\]{}|\\*+.-]+$/);
                    for (const line of lines) {
                        expect([source, line, new RegExp(inner).test(line)]).toEqual([
                            source,
                            line,
                            new RegExp(source).test(line),
                        ]);
                    }
                },
            ),
            { numRuns: 500 },
        );
    });

    test.each([
        ["/(a|b)/", "CloudWatch Logs knows no parentheses in a regular expression; write alternatives out."],
        ["/a+?/", "CloudWatch Logs knows no lazy quantifiers; leave the question mark out."],
        ["/é/", "CloudWatch Logs takes ASCII in a regular expression only."],
        ["/\\bno/", "CloudWatch Logs does not know \\b in a regular expression; allowed: \\d \\D \\s \\S \\w \\W."],
    ])("%s is refused", (match, problem) => {
        expect(filterPattern(match)).toEqual({ problem });
    });
});

function isExpression(source: string): boolean {
    try {
        new RegExp(source);
        return true;
    } catch {
        return false;
    }
}

describe("metric math", () => {
    const service = { clusterName: "cluster", serviceName: "mailer" };

    test("waiting messages for each running task", () => {
        expect(backlogMetrics("mail", service)).toEqual([
            {
                id: "m1",
                label: "waiting messages",
                returnData: false,
                metricStat: {
                    metric: {
                        namespace: "AWS/SQS",
                        metricName: "ApproximateNumberOfMessagesVisible",
                        dimensions: [{ name: "QueueName", value: "mail" }],
                    },
                    stat: "Sum",
                },
            },
            {
                id: "m2",
                label: "running tasks",
                returnData: false,
                metricStat: {
                    metric: {
                        namespace: "ECS/ContainerInsights",
                        metricName: "RunningTaskCount",
                        dimensions: [
                            { name: "ClusterName", value: "cluster" },
                            { name: "ServiceName", value: "mailer" },
                        ],
                    },
                    stat: "Average",
                },
            },
            { id: "e1", label: "waiting messages per task", returnData: true, expression: "m1 / m2" },
        ]);
    });

    test("one result, ids that are unique, and nothing used that is not there", () => {
        const groups = fc.uniqueArray(fc.stringMatching(/^targetgroup\/[a-z]{1,8}\/[0-9a-f]{4}$/), {
            minLength: 1,
            maxLength: 5,
        });
        fc.assert(
            fc.property(groups, (targetGroups) => {
                for (const metrics of [requestMetrics(targetGroups), backlogMetrics("mail", service)]) {
                    const ids = metrics.map(({ id }) => id);
                    expect(new Set(ids).size).toBe(ids.length);
                    for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z0-9_]*$/);
                    expect(metrics.filter(({ returnData }) => returnData)).toHaveLength(1);
                    for (const { expression, metricStat } of metrics) {
                        expect((expression === undefined) !== (metricStat === undefined)).toBe(true);
                        for (const used of expression?.match(/m\d+/g) ?? []) expect(ids).toContain(used);
                    }
                }
                const counted = requestMetrics(targetGroups).flatMap(({ metricStat }) =>
                    metricStat === undefined ? [] : [metricStat.metric.dimensions[0]?.value],
                );
                expect(counted).toEqual(targetGroups);
            }),
        );
    });
});
