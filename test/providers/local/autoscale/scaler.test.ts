import { describe, expect, test } from "vitest";
import { Scaler } from "#dist/providers/local/autoscale/index.js";
import { Simulation, START, sharedCpu, spec } from "./simulation.js";

const QUEUE = { home: "/home", queue: "mail", messages: 10 };

describe("formula", () => {
    test("asks for ceil(current × metric ÷ target) and says why", () => {
        const app = new Simulation(spec({ cpuPercent: 60 }), 3);
        expect(app.step(() => ({ cpuPercent: 90 }))).toBe(5);
        expect(app.reason).toBe("cpu asks for 5");
    });

    test("the metric that asks for most wins", () => {
        const app = new Simulation(spec({ cpuPercent: 60, memoryPercent: 80, requestsPerSecondPerReplica: 10 }), 3);
        app.step(() => ({ cpuPercent: 60, memoryPercent: 20, requestsPerSecond: 20 }));
        expect(app.replicas).toBe(6);
        expect(app.reason).toContain("requests");
    });

    test("memory counts also of replicas that have just started", () => {
        const app = new Simulation(spec({ memoryPercent: 50 }), 2);
        expect(app.step(() => ({ memoryPercent: 100, ready: false, startedAt: 0 }))).toBe(4);
    });

    test("cpu of a replica that has just started does not count", () => {
        const app = new Simulation(spec({ cpuPercent: 50 }), 2);
        expect(app.step(() => ({ cpuPercent: 400, startedAt: 0 }))).toBe(2);
        expect(app.reason).toBe("no data of cpu: not scaling down");
        // One window later it does.
        expect(app.step(() => ({ cpuPercent: 100, startedAt: 0 }))).toBe(4);
    });
});

describe("missing data", () => {
    test("one metric without data blocks scaling down, not up", () => {
        const both = spec({ cpuPercent: 50, queueBacklogPerReplica: QUEUE, scaleInCooldownSeconds: 0 });
        const app = new Simulation(both, 4);
        expect(app.step(() => ({ cpuPercent: 10 }))).toBe(4);
        expect(app.reason).toBe("no data of queue: not scaling down");
        expect(app.step(() => ({ cpuPercent: 100 }))).toBe(8);
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])("a figure that cannot be (%d) is no data", (cpuPercent) => {
        const app = new Simulation(spec({ cpuPercent: 50, scaleInCooldownSeconds: 0 }), 4);
        expect(app.step(() => ({ cpuPercent }))).toBe(4);
    });
});

describe("windows and rates", () => {
    test("scales down to the highest recommendation of the last 300 s, not before", () => {
        const app = new Simulation(spec({ cpuPercent: 50 }), 10);
        for (let at = 0; at < 300; at += 15) app.step(sharedCpu(500 - at));
        expect(app.changes).toEqual([]);
        for (let at = 300; at <= 600; at += 15) app.step(sharedCpu(200));
        expect(app.changes[0]?.[0]).toBeGreaterThanOrEqual(300);
        expect(app.replicas).toBe(4);
        for (let index = 1; index < app.changes.length; index++) {
            expect(app.changes[index]?.[2]).toBeLessThan(app.changes[index - 1]?.[2] ?? 0);
        }
    });

    test("scales up by 4 or by 100 % per 15 s, whatever is more", () => {
        const app = new Simulation(spec({ cpuPercent: 50, maxReplicas: 100 }), 1);
        for (let step = 0; step < 6; step++) app.step(() => ({ cpuPercent: 5000 }));
        expect(app.changes.map(([, , to]) => to)).toEqual([5, 10, 20, 40, 80, 100]);
    });

    test("asking more often does not scale faster", () => {
        const app = new Simulation(spec({ cpuPercent: 50, maxReplicas: 100 }), 1);
        for (let second = 0; second < 15; second++) app.step(() => ({ cpuPercent: 5000 }), {}, 1);
        expect(app.replicas).toBe(5);
        app.step(() => ({ cpuPercent: 5000 }), {}, 1);
        expect(app.replicas).toBe(10);
    });

    test("scaleOutCooldownSeconds waits for the lowest recommendation", () => {
        const app = new Simulation(spec({ cpuPercent: 50, scaleOutCooldownSeconds: 60 }), 2);
        app.step(() => ({ cpuPercent: 50 }));
        for (let at = 15; at <= 60; at += 15) app.step(() => ({ cpuPercent: 100 }));
        expect(app.changes).toEqual([[60, 2, 4]]);
    });

    test("a scaler that has just begun does not scale down at once", () => {
        const app = new Simulation(spec({ cpuPercent: 50 }), 10);
        for (let at = 0; at < 300; at += 15) expect(app.step(() => ({ cpuPercent: 1 }))).toBe(10);
        expect(app.step(() => ({ cpuPercent: 1 }))).toBe(1);
    });
});

describe("time that jumps", () => {
    /** A busy app, seen once a moment ago with its full load and now without any. */
    function quietAfter(disturb: (app: Simulation) => void): Simulation {
        const app = new Simulation(spec({ cpuPercent: 50 }), 10);
        for (let step = 0; step < 30; step++) app.step(() => ({ cpuPercent: 50 }));
        disturb(app);
        for (let step = 0; step < 12; step++) app.step(() => ({ cpuPercent: 0 }));
        return app;
    }

    test("a restart of the supervisor keeps the windows", () => {
        expect(quietAfter((app) => app.restart()).replicas).toBe(10);
    });

    test.each([
        ["an hour asleep", 3600],
        ["a clock that began again", -400],
    ])("%s does not empty the windows", (_, seconds) => {
        const app = quietAfter((sleeper) => {
            sleeper.seconds += seconds;
            sleeper.restart();
        });
        expect(app.replicas).toBe(10);
    });

    test("the windows do end after a jump", () => {
        const app = quietAfter((sleeper) => {
            sleeper.seconds += 3600;
        });
        for (let step = 0; step < 20; step++) app.step(() => ({ cpuPercent: 0 }));
        expect(app.replicas).toBe(1);
    });

    test("a short jump of the wall clock does not bring the night's schedule; one that stays does", () => {
        const night = { cron: "0 22 * * *", timeZone: "UTC", minReplicas: 1, maxReplicas: 1 };
        const day = { cron: "0 6 * * *", timeZone: "UTC", minReplicas: 4, maxReplicas: 10 };
        const app = new Simulation(spec({ schedules: [night, day] }), 4);
        app.step(() => ({}));
        app.wallOffsetSeconds = 13 * 3600;
        for (let step = 0; step < 3; step++) expect(app.step(() => ({}))).toBe(4);
        app.wallOffsetSeconds = 0;
        expect(app.step(() => ({}))).toBe(4);
        app.wallOffsetSeconds = 13 * 3600;
        for (let step = 0; step < 5; step++) app.step(() => ({}));
        expect(app.replicas).toBe(1);
    });
});

describe("rollouts", () => {
    test("nothing moves while a rollout runs, and its time does not count", () => {
        const app = new Simulation(spec({ cpuPercent: 50 }), 10);
        app.step(() => ({ cpuPercent: 50 }));
        for (let step = 0; step < 60; step++) {
            expect(app.step(() => ({ cpuPercent: step % 2 === 0 ? 500 : 0 }), { rolloutRunning: true })).toBe(10);
        }
        expect(app.reason).toBe("paused: a rollout is running");
        expect(app.step(() => ({ cpuPercent: 0 }))).toBe(10);
    });
});

describe("bounds and zero", () => {
    test("bounds hold at once, whatever the metrics say", () => {
        const down = new Simulation(spec({ cpuPercent: 50, maxReplicas: 5 }), 6);
        expect(down.step(() => ({ cpuPercent: 100 }))).toBe(5);
        const up = new Simulation(spec({ cpuPercent: 50, minReplicas: 2 }), 1);
        expect(up.step(() => ({ cpuPercent: 0 }))).toBe(2);
        expect(up.reason).toBe("minReplicas is 2");
    });

    test("a backlog wakes an app from zero, and its end lets it go back there", () => {
        const app = new Simulation(spec({ minReplicas: 0, queueBacklogPerReplica: QUEUE }), 0);
        expect(app.step(() => ({}), { queueMessages: 0 })).toBe(0);
        expect(app.step(() => ({}), { queueMessages: 25 })).toBe(3);
        for (let at = 15; at < 300; at += 15) expect(app.step(() => ({}), { queueMessages: 0 })).toBe(3);
        expect(app.step(() => ({}), { queueMessages: 0 })).toBe(0);
    });

    test("a queue that cannot be asked neither wakes nor stops", () => {
        const asleep = new Simulation(spec({ minReplicas: 0, queueBacklogPerReplica: QUEUE }), 0);
        expect(asleep.step(() => ({}))).toBe(0);
    });

    test("a schedule wakes from zero", () => {
        const schedules = [
            { cron: "0 22 * * *", timeZone: "UTC", minReplicas: 0, maxReplicas: 5 },
            { cron: "1 10 * * *", timeZone: "UTC", minReplicas: 2, maxReplicas: 5 },
        ];
        const app = new Simulation(spec({ cpuPercent: 50, schedules, scaleInCooldownSeconds: 0 }), 0);
        // It is ten o'clock.
        const seen = Array.from({ length: 6 }, () => app.step(() => ({ cpuPercent: 0 })));
        expect(seen).toEqual([0, 0, 0, 0, 2, 2]);
    });

    test("one replica stays where nothing could wake the app", () => {
        const app = new Simulation(spec({ minReplicas: 0, cpuPercent: 50, scaleInCooldownSeconds: 0 }), 1);
        for (let step = 0; step < 10; step++) expect(app.step(() => ({ cpuPercent: 0 }))).toBe(1);
    });

    test("with schedules alone nothing asks for more than the minimum", () => {
        const app = new Simulation(spec({ scaleInCooldownSeconds: 0 }), 4);
        expect(app.step(() => ({}))).toBe(1);
    });
});

test("scale events are kept to be shown", () => {
    const app = new Simulation(spec({ cpuPercent: 50 }), 2);
    app.step(() => ({ cpuPercent: 100 }));
    app.restart();
    expect(app.state().events).toEqual([
        { at: 0, from: 2, to: 4, time: START.toISOString(), reason: "cpu asks for 4" },
    ]);
    for (let step = 0; step < 300; step++) app.step((count) => ({ cpuPercent: count > 4 ? 0 : 200 }), {}, 60);
    expect(app.state().events.length).toBeLessThanOrEqual(50);
    expect(app.state().recommendations.length).toBeLessThanOrEqual(21);
});

test("impossible bounds and schedules are refused with what to write", () => {
    expect(() => new Scaler(spec({ minReplicas: 3, maxReplicas: 2 }))).toThrow("got 3 and 2");
    const schedules = [{ cron: "0 0 8 * * *", timeZone: "UTC", minReplicas: 1, maxReplicas: 2 }];
    expect(() => new Scaler(spec({ schedules }))).toThrow(/"0 0 8 \* \* \*".*five-field/);
});
