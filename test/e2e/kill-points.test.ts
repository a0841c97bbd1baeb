import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { Load } from "./support-faults/load.js";
import { type Random, random } from "./support-faults/random.js";
import { type Moment, Shop } from "./support-faults/shop.js";

/** TWELVEFOLD_LONG=1 for the long form, TWELVEFOLD_POINTS for another number of points, TWELVEFOLD_SEED for the points of a run before. */
const LONG = process.env.TWELVEFOLD_LONG === "1";
const SEED = Number(process.env.TWELVEFOLD_SEED ?? Date.now() % 1_000_000);
const POINTS = Number(process.env.TWELVEFOLD_POINTS ?? (LONG ? 100 : 2));
const SECONDS_PER_POINT = 60;

/** How many lines a command writes, about; one that has ended before it was hit is not counted. */
const LINES = { create: 24, update: 15, destroy: 12 };

/** The life of a stack, again and again. */
const STEPS = ["create", "update", "update", "update", "update", "destroy"] as const;

function someMoment(any: Random, command: keyof typeof LINES): Moment {
    return { after: any(LINES[command]), milliseconds: any(600) };
}

describe.sequential(`kill -9 at random moments (seed ${SEED})`, () => {
    const any = random(SEED);
    let shop: Shop;
    let load: Load | undefined;
    let version = 1;

    beforeAll(async () => {
        shop = await Shop.create();
    }, ENGINE_MILLISECONDS);

    afterAll(() => shop?.dispose());

    /** Everything is as the program says, once each, and nothing that was promised is lost. */
    const expectWhole = async (what: string) => {
        await shop.whole().catch((error: Error) => {
            throw new Error(`${what}: ${error.message}`);
        });
        expect(new Set(await shop.migrations()), `${what}: runs of each release command`).toEqual(new Set([1]));
        load ??= new Load(shop, await shop.url());
        await load.more(5);
    };

    const expectNothing = (what: string) => {
        expect([shop.home, shop.postgresFolder].filter(existsSync), what).toEqual([]);
        expect(shop.appProcesses(), what).toEqual([]);
    };

    const nextVersion = () => shop.project.config({ "faults:version": String(++version) });

    test(
        `of pulumi: two commands make it well again (${POINTS} points)`,
        async () => {
            for (let point = 0, hits = 0; hits < POINTS; point++) {
                const step = STEPS[point % STEPS.length] ?? "create";
                const moment = someMoment(any, step);
                const what = `point ${point}: ${step} killed after ${moment.after} lines and ${moment.milliseconds} ms`;
                if (step === "update") await nextVersion();
                if (step === "destroy") {
                    expect(await load?.lost(), what).toEqual([]);
                    load = undefined;
                }
                const run = await shop.struck(step === "destroy" ? "destroy" : "up", moment);
                if (run.code === null) hits++;
                if (LONG)
                    console.log(
                        `${what}: ${run.code === null ? "hit" : "had ended"}, ${hits} hits, at ${Math.round(performance.now() / 1000)} s`,
                    );
                await shop.project.cancel({ expectFailure: run.code !== null }).catch(() => undefined);
                if (step === "destroy") {
                    await shop.project.destroy();
                    expectNothing(what);
                } else {
                    await shop.project.up();
                    await expectWhole(what);
                }
                shop.project.endOrphans();
            }
            if (load) expect(await load.lost()).toEqual([]);
            load = undefined;
        },
        POINTS * SECONDS_PER_POINT * 1000,
    );

    test(
        `of the processes behind it: up goes on, or a second one does (${POINTS} points)`,
        async () => {
            await shop.project.up();
            await expectWhole("before");
            for (let hits = 0; hits < POINTS; ) {
                const victim = (["supervisor", "postgres", "proxy"] as const)[any(3)] ?? "proxy";
                const moment = someMoment(any, "update");
                const what = `${victim} killed after ${moment.after} lines and ${moment.milliseconds} ms of an update`;
                await nextVersion();
                const { supervisor, postgres, proxy } = await shop.status();
                const pid = { supervisor, postgres, proxy }[victim]?.pid;
                if (pid === undefined) throw new Error(`There is no ${victim}.`);
                let isHit = false;
                const run = await shop.struck("up", moment, () => {
                    isHit = process.kill(pid, "SIGKILL");
                });
                if (isHit) hits++;
                if (LONG)
                    console.log(
                        `${what}: ${isHit ? "hit" : "had ended"}, up ended with ${run.code}, ${hits} hits, at ${Math.round(performance.now() / 1000)} s`,
                    );
                // A supervisor that died when `up` needed it no more is started by the next command.
                if (run.code !== 0 || victim === "supervisor") await shop.project.up();
                await expectWhole(what);
            }
            expect(await load?.lost()).toEqual([]);
        },
        POINTS * SECONDS_PER_POINT * 1000,
    );
});
