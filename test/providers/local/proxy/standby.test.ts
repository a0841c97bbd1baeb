import * as http from "node:http";
import { expect, test } from "vitest";
import { afterTest, ask, type Backend, backend, endpoint, front, source } from "./support.js";

/** As a process that crashes. */
async function end({ server }: Backend): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
}

/** All the traffic was given to a new release, and the old one is kept. */
async function switched() {
    const { proxy, port } = await front();
    const old = await backend("old");
    const fresh = [await backend("new"), await backend("new")];
    const ready = fresh.map((one, index) => endpoint(`new-${index}`, one.port, { release: "2" }));
    const standby = endpoint("old", old.port, { release: "1", state: "standby" });
    await proxy.putSource(source("shop", [...ready, standby]));
    const agent = new http.Agent({ keepAlive: true });
    afterTest(() => agent.destroy());
    return { proxy, fresh, ready, ask: (options = {}) => ask(port, "/", { agent, ...options }) };
}

test("Standby: no request as long as a ready endpoint can be had", async () => {
    const here = await switched();
    for (let round = 0; round < 10; round++) expect((await here.ask()).body).toBe("new");
    if (here.fresh[0]) await end(here.fresh[0]);
    for (let round = 0; round < 10; round++) expect((await here.ask()).body).toBe("new");
});

test("Standby: takes over at once when no ready endpoint can be connected to, and steps back after it", async () => {
    const here = await switched();
    expect((await here.ask()).body).toBe("new");
    for (const server of here.fresh) await end(server);
    for (let round = 0; round < 10; round++) {
        // Nothing was sent yet where nobody listens, so these may be asked again as well.
        const method = round % 2 === 0 ? "GET" : "POST";
        expect(await here.ask({ method })).toMatchObject({ status: 200, body: "old" });
    }
    const again = await backend("newer");
    const replaced = endpoint("new-2", again.port, { release: "2" });
    const config = here.proxy.stats().sources["home/shop"];
    expect(config?.endpoints["new-0"]).toMatchObject({ ejected: true });
    await here.proxy.putSource(source("shop", [replaced, endpoint("old", 1, { release: "1", state: "standby" })]));
    expect((await here.ask()).body).toBe("newer");
});

test("Standby: takes what the last ready endpoint began and did not answer", async () => {
    const { proxy, port } = await front();
    const old = await backend("old");
    const fresh = await backend("new", (request) => request.socket.destroy());
    const config = [
        endpoint("new", fresh.port, { release: "2" }),
        endpoint("old", old.port, { release: "1", state: "standby" }),
    ];
    await proxy.putSource(source("shop", config));
    expect(await ask(port)).toMatchObject({ status: 200, body: "old" });
});
