import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { EndpointConfig } from "#dist/providers/local/proxy/types.js";
import { afterTest, ask, type Backend, backend, endpoint, eventually, type Front, front, source } from "./support.js";

const inFlight = ({ proxy }: Front, id: string) => proxy.stats().sources["home/shop"]?.endpoints[id]?.inFlight ?? 0;

/** What a supervisor does: a new endpoint, the old one draining, then gone. */
async function roll(here: Front, old: { id: string; server: Backend }, round: number) {
    const id = `r${round}`;
    const server = await backend(id, (request, response) => {
        request.resume();
        // Some take their time, so that there is something to drain.
        request.on("end", () => setTimeout(() => response.end(id), round % 2 ? 0 : 10));
    });
    const next: EndpointConfig = endpoint(id, server.port, { release: String(round) });
    const before = endpoint(old.id, old.server.port, { release: String(round - 1) });
    await here.proxy.putSource(source("shop", [before, next]));
    await sleep(30);
    await here.proxy.putSource(source("shop", [{ ...before, state: "draining" }, next]));
    await eventually(() => inFlight(here, old.id) === 0);
    const closed = new Promise((resolve) => old.server.server.close(resolve));
    await here.proxy.putSource(source("shop", [next]));
    await closed;
    return { id, server };
}

test("No request fails while 15 releases roll under load, on kept and on new connections", async () => {
    const here = await front();
    let now = { id: "r0", server: await backend("r0") };
    await here.proxy.putSource(source("shop", [endpoint("r0", now.server.port, { release: "0" })]));
    const agent = new http.Agent({ keepAlive: true });
    afterTest(() => agent.destroy());
    const failures: unknown[] = [];
    const served = new Map<string, number>();
    let running = true;
    const load = async (options: object) => {
        while (running) {
            try {
                const { status, body } = await ask(here.port, "/", options);
                if (status !== 200) failures.push(`${status} ${body}`);
                served.set(body, (served.get(body) ?? 0) + 1);
            } catch (error) {
                failures.push(error);
            }
            await sleep(1);
        }
    };
    const clients = [
        { agent },
        { agent },
        { agent, method: "POST", body: "x" },
        {},
        {},
        { method: "POST", body: "y" },
    ].map(load);
    for (let round = 1; round <= 15; round++) now = await roll(here, now, round);
    running = false;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect([...served.keys()].length).toBeGreaterThanOrEqual(15);
    const total = [...served.values()].reduce((sum, count) => sum + count, 0);
    expect(here.proxy.stats().listeners["balancer/front"]).toMatchObject({
        requests: total,
        errors5xx: 0,
        inFlight: 0,
    });
});
