import { readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { connected, testCluster } from "./support.js";

const { cluster } = testCluster();
let version: string;
let log: string;
beforeAll(async () => {
    const info = await cluster.ensure();
    version = info.version.split(".")[0] ?? "";
    log = path.join(path.dirname(info.dataFolder), "server.log");
});
const spec = (extensions: string[] = []) => ({ version, extensions, deletionProtection: false });

describe("Cluster.createDatabase", () => {
    it("makes a database that its role owns, and answers the same again", async () => {
        const first = await cluster.createDatabase("orders", spec());
        expect(first).toMatchObject({ host: "127.0.0.1", name: "orders", username: "orders" });
        expect(first.url).toMatch(/^postgresql:\/\/orders:[\w-]{32}@127\.0\.0\.1:\d+\/orders\?sslmode=disable$/);
        expect(await cluster.createDatabase("orders", spec())).toEqual(first);
        await connected(first.url, async (client) => {
            await client.query("CREATE TABLE item (id int); INSERT INTO item VALUES (1)");
            const { rows } = await client.query(
                "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user",
            );
            expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
        });
    });

    it("closes each database to the roles of the others", async () => {
        const one = await cluster.createDatabase("one", spec());
        await cluster.createDatabase("two", spec());
        await expect(connected(one.url.replace("/one?", "/two?"), async () => 1)).rejects.toThrow("permission denied");
    });

    it("mends a role whose password was changed behind its back", async () => {
        const { url } = await cluster.createDatabase("mended", spec());
        await connected(url, (client) => client.query("ALTER ROLE mended PASSWORD 'other'"));
        expect((await cluster.createDatabase("mended", spec())).url).toBe(url);
        await connected(url, (client) => client.query("SELECT 1"));
    });

    it("adds extensions", async () => {
        const { url } = await cluster.createDatabase("search", spec(["pg_trgm", "uuid-ossp"]));
        await cluster.createDatabase("search", spec(["pg_trgm", "uuid-ossp"]));
        const { rows } = await connected(url, (client) => client.query("SELECT similarity('word', 'words') AS s"));
        expect(rows[0].s).toBeGreaterThan(0.5);
    });

    it("names the extensions there are for one that is not", async () => {
        await expect(cluster.createDatabase("maps", spec(["postgis_nowhere"]))).rejects.toThrow(
            /Database "maps": no extension "postgis_nowhere".*Available: .*pg_trgm/,
        );
    });

    it("keeps passwords out of the server's log", async () => {
        const { url } = await cluster.createDatabase("quiet", spec());
        await connected(url, (client) => client.query("SELECT * FROM nowhere WHERE x = 'canary-statement'")).catch(
            () => 1,
        );
        const text = readFileSync(log, "utf8");
        expect(text).toContain('relation "nowhere" does not exist');
        expect(text).not.toContain("canary-statement");
        expect(text).not.toContain(new URL(url).password);
        expect(text).not.toContain("SCRAM-SHA-256$");
    });
});

describe("Cluster.dropDatabase", () => {
    it("ends sessions, drops database and role, and forgets the password", async () => {
        const first = await cluster.createDatabase("gone", spec());
        await connected(first.url, async () => {
            await cluster.dropDatabase("gone");
        });
        expect(await cluster.databaseExists("gone")).toBe(false);
        await cluster.dropDatabase("gone");
        const second = await cluster.createDatabase("gone", spec());
        expect(second.url).not.toBe(first.url);
        expect(await cluster.databaseExists("gone")).toBe(true);
    });
});
