import { expect, test } from "vitest";
import {
    checkConflicts,
    checkListener,
    checkPorts,
    checkSource,
    parseCidr,
} from "#dist/providers/local/proxy/table.js";
import { endpoint, listenerConfig, route, source } from "./support.js";

const shop = source("shop", [], { routes: [route("/orders")] });
const conflict =
    /^Apps "new" and "shop" both ask for "\/orders\/?" of every host on load balancer "front"\. Give one of them another path/;

test("Two apps at one place are refused, naming both", () => {
    const other = source("new", [], { routes: [route("/x"), route("/orders/")] });
    expect(() => checkConflicts([shop], other)).toThrow(conflict);
});

test.each([
    ["another path", route("/orders/1")],
    ["another host", route("/orders", { host: "a.example.com" })],
    ["another balancer", route("/orders", { balancer: "back" })],
    ["a share of it", route("/orders", { percent: 10, otherwise: "home/shop" })],
])("A second app may have %s", (_what, its) => {
    expect(() => checkConflicts([shop], source("new", [], { routes: [its] }))).not.toThrow();
});

test("The app that is shared with may come second, and come again", () => {
    const sharing = source("new", [], { routes: [route("/orders", { percent: 0, otherwise: "home/shop" })] });
    expect(() => checkConflicts([sharing], shop)).not.toThrow();
    expect(() => checkConflicts([sharing, shop], shop)).not.toThrow();
});

test.each([
    ["leaves the rest to somebody else", route("/orders", { percent: 10, otherwise: "home/elsewhere" })],
    ["takes all of it", route("/orders", { percent: 100 })],
])("A share that %s is a conflict", (_what, its) => {
    expect(() => checkConflicts([shop], source("new", [], { routes: [its] }))).toThrow(conflict);
});

test("An app may not ask twice for one place", () => {
    const twice = source("shop", [], { routes: [route("/a"), route("/a/")] });
    expect(() => checkConflicts([], twice)).toThrow(/^App "shop" asks twice for "\/a\/"/);
});

test("Two listeners cannot have one port, plain or secure", () => {
    const tls = { port: 8443, certFile: "c", keyFile: "k", redirect: true };
    const one = listenerConfig(8080, { id: "balancer/one", tls });
    expect(() => checkPorts([one], listenerConfig(8443, { id: "balancer/two" }))).toThrow(
        'Port 8443 of listener "balancer/two" belongs to listener "balancer/one" of the same stack.',
    );
    expect(() => checkPorts([one], one)).not.toThrow();
});

test.each([
    [{ port: 0 }, 'listener "balancer/front": port is 0; allowed: 1 to 65535.'],
    [{ port: "80" }, 'listener "balancer/front": port is "80"; allowed: a port, 1 to 65535.'],
    [{ algorithm: "random" }, 'algorithm is "random"; allowed: "roundRobin" or "leastConnections".'],
    [{ idleTimeoutSeconds: 0 }, "idleTimeoutSeconds is 0; allowed: 1 to 86400."],
    [{ allowedCidrs: ["10.0.0.0/33"] }, 'allowedCidrs is "10.0.0.0/33"; allowed: CIDR blocks'],
    [{ serves: {} }, "serves is {}; allowed:"],
    [{ proxyProtocol: undefined }, "proxyProtocol is missing; allowed: true or false."],
    [{ tls: { port: 8080, certFile: "c", keyFile: "k", redirect: true } }, "allowed: another port than the plain one."],
])("A listener with %j is refused", (wrong, message) => {
    expect(() => checkListener({ ...listenerConfig(8080), ...wrong })).toThrow(message);
});

test.each([
    [{ routes: [route("orders")] }, 'routes[0].path is "orders"; allowed: a path such as "/orders".'],
    [{ routes: [route("/", { percent: 101 })] }, "routes[0].percent is 101; allowed: 0 to 100."],
    [{ routes: [route("/", { percent: 5 })] }, "routes[0].percent is 5; allowed: 100, or a source in otherwise"],
    [{ endpoints: [endpoint("a", 1), endpoint("a", 2)] }, 'endpoints[1].id is "a"; allowed: each id once.'],
    [
        { endpoints: [{ ...endpoint("a", 1), state: "gone" }] },
        'endpoint "a".state is "gone"; allowed: "ready", "standby" or',
    ],
    [{ weights: { "1": -1 } }, 'weights["1"] is -1; allowed: 0 to 100.'],
    [{ readinessPath: "/a b" }, 'readinessPath is "/a b"; allowed: a path'],
    [{ key: "" }, 'source.key is ""; allowed: a text that is not empty.'],
])("A source with %j is refused", (wrong, message) => {
    expect(() => checkSource({ ...source("shop", []), ...wrong })).toThrow(message);
});

test("What is not an object is refused", () => {
    for (const value of [null, 1, "text", []]) expect(() => checkSource(value)).toThrow("allowed: an object");
});

test("CIDR blocks of both families", () => {
    expect(parseCidr("10.1.0.0/16")).toEqual({ address: "10.1.0.0", prefix: 16, family: "ipv4" });
    expect(parseCidr("::1")).toEqual({ address: "::1", prefix: 128, family: "ipv6" });
    for (const wrong of ["10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "::/129", "1.2.3.4/8/8", "1.2.3.4/"]) {
        expect(parseCidr(wrong)).toBeUndefined();
    }
});
