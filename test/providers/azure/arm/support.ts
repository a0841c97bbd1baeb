import { ArmClient } from "#dist/providers/azure/arm/client.js";
import { AppClient } from "#dist/providers/azure/arm/container-app.js";
import { type Proof, prove } from "#dist/providers/azure/arm/prove.js";
import { SteppedClock } from "../../../support/arm/clock.js";
import { GROUP, StandInArm, TOKEN } from "../../../support/arm/server.js";
import type { Behaviour, Template } from "../../../support/arm/types.js";

/** A stand-in and a driver that share one clock. */
export interface Bench {
    readonly arm: StandInArm;
    readonly clock: SteppedClock;
    readonly client: ArmClient;
    readonly app: AppClient;
}

export async function bench(images: Readonly<Record<string, Behaviour>> = {}, changeSeconds = 2): Promise<Bench> {
    const clock = new SteppedClock();
    const arm = await StandInArm.start({ now: () => clock.now(), images, changeMilliseconds: changeSeconds * 1000 });
    const client = new ArmClient({ managementUrl: arm.url, token: () => TOKEN, clock });
    return { arm, clock, client, app: new AppClient(client, GROUP, "web") };
}

/** The template of a release; its image is called like it. */
export function templateOf(release: string, secret?: string): Template {
    const env = [
        { name: "RELEASE_ID", value: release },
        ...(secret === undefined ? [] : [{ name: "KEY", secretRef: secret }]),
    ];
    return { containers: [{ image: release, env }], scale: { minReplicas: 1 } };
}

export function declared(mode: "Single" | "Multiple", secrets: readonly string[] = []): Record<string, unknown> {
    const traffic = mode === "Multiple" ? { traffic: [{ latestRevision: true, weight: 100 }] } : {};
    return {
        activeRevisionsMode: mode,
        secrets: secrets.map((name) => ({ name })),
        ingress: { external: true, ...traffic },
    };
}

/** An app whose release has come to serve, as an earlier update left it. */
export async function deployed(bench: Bench, release: string, mode: "Single" | "Multiple" = "Multiple"): Promise<void> {
    bench.arm.put("web", { configuration: declared(mode), template: templateOf(release) });
    await bench.clock.sleep(60_000);
}

export function proofOf(release: string, shift: Partial<Proof["shift"]> = {}, secrets: readonly string[] = []): Proof {
    return {
        releaseId: release,
        startupSeconds: 60,
        stopTimeoutSeconds: 30,
        desired: {
            template: templateOf(release, secrets[0]) as unknown as Record<string, unknown>,
            secrets: secrets.map((name) => ({ name })),
            registries: [],
            identities: ["identity"],
            identitySettings: [{ identity: "identity", lifecycle: "None" }],
        },
        shift: {
            steps: [
                { percent: 10, bakeSeconds: 60 },
                { percent: 50, bakeSeconds: 60 },
                { percent: 100, bakeSeconds: 0 },
            ],
            alarms: [],
            ...shift,
        },
    };
}

/** Proves a release, and then does what Pulumi's own update does. */
export async function upTo(bench: Bench, release: string, proof = proofOf(release)): Promise<string> {
    const revision = await prove(bench.app, proof);
    await bench.clock.sleep(5000);
    bench.arm.put("web", { configuration: declared("Multiple"), template: templateOf(release) });
    return revision;
}
