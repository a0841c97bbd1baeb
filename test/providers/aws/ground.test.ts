import fc from "fast-check";
import { App, LoadBalancer, type LoadBalancerArgs, Platform } from "twelvefold";
import type { ProgramOptions } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { childName, fullName, LIMITS, legalName } from "#dist/providers/aws/names.js";
import { MAX_ZONES, subnetBlocks } from "#dist/providers/aws/subnet-blocks.js";
import { tagValue } from "#dist/providers/aws/tags.js";
import { IMAGE, inputs, type Json, made, run, web } from "./programs.js";

describe("the network", () => {
    test("is divided without overlap, and what a zone gets does not depend on their number", () => {
        const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
        const range = (block: string) => {
            const [address = "", bits] = block.split("/");
            return [number(address), number(address) + 2 ** (32 - Number(bits))] as const;
        };
        fc.assert(
            fc.property(fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: MAX_ZONES }), (a, b, zones) => {
                const cidr = `${a}.${b}.0.0/16`;
                const [first, end] = range(cidr);
                const blocks = subnetBlocks(cidr, zones).flatMap((zone) => [range(zone.public), range(zone.private)]);
                const sorted = [...blocks].sort(([x], [y]) => x - y);
                for (const [index, [from, to]] of sorted.entries()) {
                    expect(from).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? first);
                    expect(to).toBeLessThanOrEqual(end);
                }
                expect(subnetBlocks(cidr, MAX_ZONES).slice(0, zones)).toEqual(subnetBlocks(cidr, zones));
            }),
        );
    });

    test("gives no machine a public address, and keeps subnets where they are", async () => {
        const recording = await run(() => new Platform("ground", { zones: 3 }));
        const subnets = recording.resources.filter(({ type }) => type.endsWith(":Subnet"));
        expect(subnets).toHaveLength(6);
        for (const { inputs, ignoreChanges } of subnets) {
            expect(inputs.mapPublicIpOnLaunch).toBe(false);
            expect(ignoreChanges).toEqual(["availabilityZone"]);
        }
        const zones = subnets.map(({ inputs }) => inputs.availabilityZone);
        expect(new Set(zones)).toEqual(new Set(["a", "b", "c"].map((zone) => `eu-central-1${zone}`)));
        expect(recording.child("ground", "default-sg").inputs).not.toHaveProperty("ingress");
    });

    test("in production has one regional gateway, a flow log and a key that two services may use", async () => {
        const recording = await run(() => new Platform("ground"), { profile: "production" });
        expect(inputs(recording, "ground", "nat")).toMatchObject({
            availabilityMode: "regional",
            connectivityType: "public",
            vpcId: "ground-vpc-id",
        });
        expect(inputs(recording, "ground", "flow-logs")).toMatchObject({ retentionInDays: 365 });
        const { Statement } = JSON.parse(String(inputs(recording, "ground", "key").policy)) as { Statement: Json[] };
        expect(Statement.map(({ Principal }) => Principal)).toEqual([
            { AWS: "arn:aws:iam::123456789012:root" },
            { Service: "logs.eu-central-1.amazonaws.com" },
            { Service: "cloudwatch.amazonaws.com" },
        ]);
    });

    test("that exists is found by its id or by the tags of its subnets", async () => {
        const aws = { privateSubnetIds: ["subnet-a", "subnet-b"], publicSubnetIds: ["subnet-c"] };
        const named = await run(() => {
            new Platform("ground", { network: "vpc-1", aws });
            web({ routes: [{ loadBalancer: new LoadBalancer("front"), path: "/" }] });
        });
        expect(inputs(named, "web", "service").networkConfiguration?.subnets).toEqual(aws.privateSubnetIds);
        expect(inputs(named, "front", "alb").subnets).toEqual(["subnet-c"]);
        const config = { "twelvefold:aws": '{"vpcId":"vpc-1"}' };
        const found = await run(() => new App("worker", { image: IMAGE }), { config });
        expect(inputs(found, "worker", "service").networkConfiguration?.subnets).toEqual(["subnet-1", "subnet-2"]);
    });

    test("every role is bounded where the stack says so, and everything is tagged", async () => {
        const boundary = "arn:aws:iam::123456789012:policy/boundary";
        const config = {
            "twelvefold:aws": JSON.stringify({ permissionsBoundary: boundary, owner: "shop team", commit: "abc" }),
        };
        const recording = await run(() => web({ rollout: { strategy: "blueGreen" } }), {
            config,
            profile: "production",
        });
        const roles = made(recording).filter(({ type }) => type.endsWith(":Role"));
        expect(roles.length).toBeGreaterThan(2);
        for (const { inputs, name } of roles) expect(inputs.permissionsBoundary, name).toBe(boundary);
        for (const { inputs, name } of made(recording)) {
            if (inputs.tags === undefined) continue;
            expect(inputs.tags, name).toMatchObject({
                "twelvefold:owner": "shop team",
                "twelvefold:stack": "test/dev",
            });
            const isTask = name.endsWith("-task-def");
            expect("twelvefold:release" in (inputs.tags as object), name).toBe(isTask);
        }
    });
});

describe("the load balancer", () => {
    const balancer = (args: LoadBalancerArgs, options: ProgramOptions = {}) =>
        run(() => new LoadBalancer("front", args), options);

    test("with a domain redirects, and speaks TLS 1.2 or later with a certificate that is proved", async () => {
        const recording = await balancer({ domain: "shop.example.com", aws: { aliases: ["www.example.com"] } });
        expect(inputs(recording, "front", "http").defaultActions).toEqual([
            { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
        ]);
        expect(inputs(recording, "front", "https")).toMatchObject({
            port: 443,
            sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            certificateArn: expect.stringContaining("certificate/front-cert"),
            defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
        });
        const proofs = recording.resources.filter(({ name }) => name.startsWith("front-cert-dns-"));
        expect(proofs.map(({ inputs }) => inputs.name).sort()).toEqual([
            "_proof.shop.example.com",
            "_proof.www.example.com",
        ]);
        const names = recording.resources
            .filter(({ name }) => /^front-dns/.test(name))
            .map(({ inputs }) => inputs.name);
        expect(names.sort()).toEqual(["shop.example.com", "www.example.com"]);
    });

    test("asks for the zone of its domain, or the one that is named", async () => {
        const asked: unknown[] = [];
        const call = (token: string, args: Record<string, unknown>) => {
            if (token.endsWith(":getZone")) asked.push(args);
            return undefined as never;
        };
        await balancer({ domain: "shop.example.com" }, { call });
        await balancer({ domain: "shop.example.com", aws: { zone: "Z0123456789ABC" } }, { call });
        expect(asked).toEqual([{ name: "example.com" }, { zoneId: "Z0123456789ABC" }]);
    });

    test("without the redirect closes port 80", async () => {
        const recording = await balancer({ domain: "shop.example.com", redirectToHttps: false });
        const names = made(recording).map(({ name }) => name);
        expect(names).not.toContain("front-http");
        expect(names).not.toContain("front-in-80");
    });

    test("with a certificate of one's own leaves the DNS alone", async () => {
        const recording = await balancer({ domain: "shop.example.com", certificate: "arn:certificate" });
        expect(inputs(recording, "front", "https").certificateArn).toBe("arn:certificate");
        expect(made(recording).filter(({ type }) => /Record|Certificate/.test(type))).toEqual([]);
    });

    test("writes records by region or by country", async () => {
        const records = async (args: LoadBalancerArgs) =>
            (await balancer({ domain: "shop.example.com", ...args })).resources
                .filter(({ name }) => name.startsWith("front-dns"))
                .map(({ inputs }) => inputs)
                .sort((a, b) => (String(a.setIdentifier) < String(b.setIdentifier) ? -1 : 1));
        expect(await records({ routing: "latency" })).toMatchObject([
            { setIdentifier: "dev-eu-central-1", latencyRoutingPolicies: [{ region: "eu-central-1" }] },
        ]);
        expect(await records({ routing: "geographic", aws: { countries: ["DE", "*"] } })).toMatchObject([
            { setIdentifier: "dev-eu-central-1-DE", geolocationRoutingPolicies: [{ country: "DE" }] },
            { setIdentifier: "dev-eu-central-1-others", geolocationRoutingPolicies: [{ country: "*" }] },
        ]);
    });

    test("admits who is allowed: everybody, some, or the network", async () => {
        const sources = async (args: LoadBalancerArgs) =>
            (await balancer(args)).resources
                .filter(({ name }) => name.startsWith("front-in-80"))
                .map(({ inputs }) => inputs.cidrIpv4 ?? inputs.cidrIpv6)
                .sort();
        expect(await sources({})).toEqual(["0.0.0.0/0"]);
        expect(await sources({ allowedCidrs: ["203.0.113.0/24", "2001:db8::/32"] })).toEqual([
            "2001:db8::/32",
            "203.0.113.0/24",
        ]);
        expect(await sources({ internal: true })).toEqual(["10.0.0.0/16"]);
    });

    test("in production is protected, logs and says that it is HTTPS only", async () => {
        const recording = await balancer({ domain: "shop.example.com" }, { profile: "production" });
        expect(inputs(recording, "front", "alb")).toMatchObject({
            enableDeletionProtection: true,
            dropInvalidHeaderFields: true,
            accessLogs: { prefix: "front", enabled: true },
        });
        expect(inputs(recording, "front", "https")).toMatchObject({
            routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000",
            routingHttpResponseServerEnabled: false,
        });
        const off = await balancer({ aws: { deletionProtection: false } }, { profile: "production" });
        expect(inputs(off, "front", "alb").enableDeletionProtection).toBe(false);
    });
});

describe("names", () => {
    const pulumiName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);

    test("are legal and end within their limits, also with what Pulumi adds", () => {
        fc.assert(
            fc.property(pulumiName, pulumiName, fc.constantFrom(...Object.values(LIMITS)), (project, stack, limit) => {
                const full = fullName({ project, stack, name: "web" }, limit);
                expect(full).toMatch(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/);
                expect(full.length).toBeLessThanOrEqual(limit);
                expect(`${childName(full, limit)}-0123456`.length).toBeLessThanOrEqual(limit);
            }),
        );
        expect(legalName("shop.eu", 60)).not.toBe(legalName("shop-eu", 60));
    });

    test("of the longest components fit what AWS takes", async () => {
        const long = (letter: string) => letter.repeat(30);
        const recording = await run(() => {
            const loadBalancer = new LoadBalancer(long("l"));
            const routes = [{ loadBalancer, path: "/" }];
            web({ routes, rollout: { strategy: "canary" }, release: { command: ["true"] } }, long("a"));
        });
        const limits: Readonly<Record<string, number>> = { LoadBalancer: 32, TargetGroup: 32, Role: 64, Service: 255 };
        for (const { type, name, inputs } of made(recording)) {
            const limit = limits[type.split(":").at(-1) ?? ""];
            if (limit === undefined) continue;
            const physical = (inputs.name as string | undefined) ?? `${name}-0123456`;
            expect(physical.length, name).toBeLessThanOrEqual(limit);
        }
    });

    test("values of tags are what AWS takes", () => {
        fc.assert(
            fc.property(fc.string({ maxLength: 300, unit: "binary" }), (text) => {
                expect(tagValue(text)).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u);
                expect(tagValue(text).length).toBeLessThanOrEqual(256);
            }),
        );
    });
});
