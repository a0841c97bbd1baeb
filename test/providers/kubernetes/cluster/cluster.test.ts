/**
 * What the programs emit, on a real Kubernetes control plane (test/support/control-plane): etcd, API server, controllers
 * and scheduler are real, kubelets and operators are not. One control plane for all, because starting one takes a while.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineKinds } from "../../../support/control-plane/definitions.js";
import { type ControlPlane, startControlPlane } from "../../../support/control-plane/index.js";
import { KUBERNETES_VERSION } from "../../../support/control-plane/programs.js";
import { needs } from "../../../support/needs.js";
import { TOOL_MILLISECONDS } from "../../../support/tool-cache.js";
import { features } from "./features.js";
import { startJobs } from "./jobs.js";
import { leftovers } from "./leftovers.js";
import { logAgent } from "./log-agent.js";
import { platformProgram } from "./platform.js";
import { refusals } from "./refusals.js";
import { scaling } from "./scaling.js";
import { shifts } from "./shifts.js";
import { shopLife } from "./shop.js";
import { strangler } from "./strangler.js";
import { wrongReleases } from "./wrong-releases.js";

const { skip } = needs("go");

describe.skipIf(skip)("a real control plane", () => {
    let running: ControlPlane | undefined;
    const plane = (): ControlPlane => {
        if (running === undefined) throw new Error("The control plane does not run.");
        return running;
    };

    beforeAll(async () => {
        running = await startControlPlane();
        await defineKinds(running.client);
    }, TOOL_MILLISECONDS);

    afterAll(() => running?.stop());

    test("is the version that it says", async () => {
        const version = await plane().client.http.request("GET", "/version");
        expect(version).toMatchObject({ gitVersion: KUBERNETES_VERSION });
    });

    describe("the shop in development", () => shopLife(plane, "development", 1));
    describe("the shop in production", () => shopLife(plane, "production", 2));
    // From here on Jobs run by the clock: what the shop leaves is counted before.
    describe("beside Jobs that take their time,", () => {
        const jobs = startJobs(plane);
        describe("the shop, when something goes wrong", () => wrongReleases(plane));
        describe("the strangler in development", () => strangler(plane, "development"));
        describe("the strangler in production", () => strangler(plane, "production"));
        describe("an autoscaled app", () => scaling(plane));
        describe("features in development", () => features(plane, "development"));
        describe("features in production", () => features(plane, "production"));
        describe("a Job", () => jobs.show());
    });
    describe("refuses, of objects that it accepts otherwise,", () => refusals(plane));
    describe("a canary", () => shifts(plane, "canary"));
    describe("blue and green", () => shifts(plane, "blueGreen"));
    describe("the program that makes a cluster ready", () => {
        platformProgram(plane);
        logAgent(plane);
    });
    describe("in the end", () => leftovers());
});
