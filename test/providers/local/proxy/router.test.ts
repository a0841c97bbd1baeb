import fc from "fast-check";
import { expect, test } from "vitest";
import { normalHost, Router, stripped } from "#dist/providers/local/proxy/router.js";

const segment = fc.constantFrom("a", "ab", "b", "orders", "ordersX", "%20", "");
const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`);
const host = fc.option(fc.constantFrom("a.example.com", "b.example.com", "*.example.com", "*.a.example.com"), {
    nil: undefined,
});

/** What the rule says, spelled out. */
function expected(routes: { host?: string | undefined; path: string }[], asked: string, target: string) {
    const trimmed = (text: string) => text.replace(/\/+$/, "");
    const fits = routes.filter(
        ({ path: prefix }) => target === trimmed(prefix) || target.startsWith(`${trimmed(prefix)}/`),
    );
    const suffix = (name: string | undefined) => (name?.startsWith("*.") ? name.slice(1) : undefined);
    const rank = (name: string | undefined) => {
        if (name === asked) return 1000;
        const end = suffix(name);
        return end !== undefined && asked.endsWith(end) ? end.length : name === undefined ? 0 : -1;
    };
    const best = Math.max(-1, ...fits.map((one) => rank(one.host)));
    if (best < 0) return undefined;
    const ofHost = fits.filter((one) => rank(one.host) === best);
    const longest = Math.max(...ofHost.map((one) => trimmed(one.path).length));
    return ofHost.find((one) => trimmed(one.path).length === longest);
}

test("The host's own routes come first, and of those the longest path of whole segments", () => {
    const routes = fc.array(fc.record({ host, path }), { maxLength: 8 });
    fc.assert(
        fc.property(
            routes,
            fc.constantFrom("a.example.com", "x.a.example.com", "other"),
            path,
            (all, asked, target) => {
                const placed = all.map((one) =>
                    one.host === undefined ? { path: one.path } : { ...one, host: one.host },
                );
                expect(new Router(placed).match(asked, `${target}?q=/orders`)).toBe(expected(placed, asked, target));
            },
        ),
        { numRuns: 2000 },
    );
});

test.each([
    ["/orders", true],
    ["/orders/1", true],
    ["/orders/", true],
    ["/orders?x", true],
    ["/ordersX", false],
    ["/order", false],
    ["/", false],
    ["/Orders", false],
])("/orders serves %s: %s", (target, serves) => {
    expect(new Router([{ path: "/orders" }]).match("h", target) !== undefined).toBe(serves);
});

test("Hosts are compared without case, port and trailing dot", () => {
    for (const name of ["Shop.Example.com", "shop.example.com:8080", "shop.example.com.", "SHOP.example.com:1"]) {
        expect(new Router([{ host: "shop.example.com", path: "/" }]).match(name, "/")).toBeDefined();
    }
    expect(normalHost("[::1]:80")).toBe("[::1]");
    expect(new Router([{ host: "shop.example.com", path: "/" }]).match(undefined, "/")).toBeUndefined();
});

test.each([
    ["/orders", "/orders", "/"],
    ["/orders/1?a=/orders", "/orders", "/1?a=/orders"],
    ["/orders?x=1", "/orders", "/?x=1"],
    ["/orders//x", "/orders/", "//x"],
    ["/x", "/", "/x"],
])("%s without %s is %s", (target, prefix, rest) => {
    expect(stripped(target, prefix)).toBe(rest);
});
