import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "#dist/providers/local/client.js";
import { homeOf } from "#dist/providers/local/paths.js";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";
import { until } from "../support/until.js";

// The main program as a stranger runs it: pulumi itself deploys it, on this machine, and everything is real.
describe.sequential("the shop", () => {
    let shop: PulumiProject;
    let url: string;

    beforeAll(async () => {
        shop = await PulumiProject.create({
            copy: ["Pulumi.yaml", "stacks/shop", "stacks/tsconfig.run.json"],
            secrets: { "shop:sessionKey": "a-key-for-tests" },
        });
    }, ENGINE_MILLISECONDS);

    afterAll(() => shop?.dispose());

    const service = (file: string) => path.join("stacks", "shop", "service", file);
    const change = (file: string, from: string, to: string) => {
        const text = readFileSync(path.join(shop.folder, service(file)), "utf8");
        expect(text).toContain(from);
        shop.write(service(file), text.replaceAll(from, to));
    };

    test("a preview shows what up would make, and makes nothing", async () => {
        const preview = await shop.preview();
        expect(preview.changes).toMatchObject({ created: 20, errored: 0 });
        expect(preview.stdout).not.toContain("a-key-for-tests");
    });

    test("up brings it to life", async () => {
        const up = await shop.up();
        expect(up.changes).toMatchObject({ created: 20, errored: 0 });
        url = String((await shop.outputs()).url);
        expect((await fetch(url)).status).toBe(200);
    });

    test("an order goes through the balancer, the queue and the worker into PostgreSQL", async () => {
        const order = await placeOrder(url);
        await until(async () => (await orderOf(url, order.id)).status === "confirmed");
        const { db } = (await shop.outputs()) as { db: { url: string } };
        const client = new Client({ connectionString: db.url });
        await client.connect();
        const { rows } = await client.query("SELECT item, quantity, status FROM orders WHERE id = $1", [order.id]);
        await client.end();
        expect(rows).toEqual([{ item: "tea", quantity: 2, status: "confirmed" }]);
    });

    test("a second up, a preview and a refresh change nothing", async () => {
        expect((await shop.up()).changes).toMatchObject({ created: 0, updated: 0, deleted: 0, replaced: 0, same: 20 });
        await shop.preview({ args: ["--expect-no-changes"] });
        await shop.refresh({ args: ["--expect-no-changes"] });
    });

    test("a change of code is an update of the apps that run it, and of nothing else", async () => {
        change("page.js", "</title>", " (new)</title>");
        const up = await shop.up();
        expect(up.changes).toMatchObject({ created: 0, deleted: 0, replaced: 0, errored: 0 });
        // web, the worker of the same folder, and the job that runs web's release.
        expect(up.changes.updated).toBe(3);
        expect(await (await fetch(url)).text()).toContain("(new)</title>");
    });

    test("a release that does not start fails the update with its last lines, and the old one serves on", async () => {
        change("web.js", "serve(routes, {", 'throw new Error("the new release is broken");\nserve(routes, {');
        const up = await shop.up({ expectFailure: true });
        const output = up.stdout + up.stderr;
        expect(output).toMatch(/Release 3 of app "web" failed/);
        expect(output).toContain("the new release is broken");
        expect(await (await fetch(url)).text()).toContain("(new)</title>");
        expect((await placeOrder(url)).status).toBe("placed");

        change("web.js", 'throw new Error("the new release is broken");\n', "");
        await shop.up();
        expect((await fetch(url)).status).toBe(200);
    });

    test("a failing release command leaves the old release serving", async () => {
        shop.write(service("migrations/004-broken.sql"), "ALTER TABLE no_such_table ADD COLUMN x integer;\n");
        const up = await shop.up({ expectFailure: true });
        expect(up.stdout + up.stderr).toContain("no_such_table");
        expect((await placeOrder(url)).status).toBe("placed");
        shop.write(service("migrations/004-broken.sql"), "SELECT 1;\n");
        await shop.up();
    });

    test("refresh shows what was taken away behind Pulumi's back, and up brings it back", async () => {
        const home = homeOf("shop", "dev", shop.environment);
        await (await connect(home)).remove("app", "catalog");
        expect((await shop.refresh()).changes.deleted).toBe(1);
        const up = await shop.up();
        expect(up.changes).toMatchObject({ created: 1, errored: 0 });
        expect((await placeOrder(url)).status).toBe("placed");
    });

    describe.sequential("another stack", () => {
        let reviews: PulumiProject;

        beforeAll(async () => {
            reviews = await PulumiProject.create({
                beside: shop,
                copy: ["stacks/reviews", "stacks/tsconfig.run.json"],
                folder: "stacks/reviews",
                config: { "twelvefold:target": "local", "reviews:shopStack": "organization/shop/dev" },
            });
        });

        afterAll(() => reviews?.dispose());

        test("attaches to the shop's database, queue, load balancer and logs", async () => {
            await reviews.up();
            const { id } = await placeOrder(url);
            const answer = await fetch(`${url}/reviews`);
            expect(answer.status).toBe(200);
            expect(await answer.text()).toContain(id);
            expect((await fetch(url)).status).toBe(200);
            expect((await reviews.up()).changes).toMatchObject({ created: 0, updated: 0 });
        });

        test("is told what the shop exports when it asks for something else", async () => {
            const program = readFileSync(path.join(reviews.folder, "index.ts"), "utf8");
            reviews.write(
                "index.ts",
                program.replace('Database.fromStack(shop, "db")', 'Database.fromStack(shop, "orders")'),
            );
            const preview = await reviews.preview({ expectFailure: true });
            expect(preview.stdout).toContain(
                'Database.fromStack("organization/shop/dev", "orders"): the stack has no output "orders"; it has db, front, logs, mail, readLogs or url.',
            );
            reviews.write("index.ts", program);
        });
    });

    test("gives the route back when the other stack is gone", async () => {
        await until(async () => (await fetch(`${url}/reviews`)).status === 404);
        expect((await placeOrder(url)).status).toBe("placed");
    });
});

async function placeOrder(url: string): Promise<{ id: string; status: string }> {
    const response = await fetch(`${url}/orders`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ item: "tea", quantity: 2, email: "customer@example.com" }),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string; status: string };
}

async function orderOf(url: string, id: string): Promise<{ status: string }> {
    return (await (await fetch(`${url}/orders/${id}`)).json()) as { status: string };
}
