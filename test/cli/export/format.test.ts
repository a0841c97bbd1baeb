import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { FORMATS } from "#dist/cli/export/formats/index.js";
import { inOrder } from "#dist/cli/export/order.js";
import { exported } from "#dist/cli/export/resources.js";

const program = { project: "shop", stack: "dev" };

function print(...resources: ExportedResource[]): string {
    const format = FORMATS.kubernetes;
    if (format === undefined) throw new Error("There is no format kubernetes.");
    return format.print(resources, program);
}

function resource(kind: string, name: string, rest: Partial<ExportedResource> = {}): ExportedResource {
    return {
        type: `kubernetes:v1:${kind}`,
        name,
        urn: `urn:pulumi:dev::shop::kubernetes:v1:${kind}::${name}`,
        inputs: { apiVersion: "v1", kind, metadata: { name } },
        secretInputs: [],
        dependencies: [],
        ...rest,
    };
}

const SECRET_SIG = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("what was registered", () => {
    test("has no secret, and keeps the keys of a map of them", () => {
        const inputs = {
            plain: "a",
            stringData: { KEY: { ...SECRET_SIG, value: "hidden-1" } },
            "odd key": [{ value: { ...SECRET_SIG, value: { A: "hidden-2", B: [3] } } }],
        };
        const registration = { type: "t", name: "n", urn: "urn", parent: "", dependencies: [], inputs };
        expect(exported([registration])).toEqual([
            {
                type: "t",
                name: "n",
                urn: "urn",
                inputs: {
                    plain: "a",
                    stringData: { KEY: "(secret)" },
                    "odd key": [{ value: { A: "(secret)", B: ["(secret)"] } }],
                },
                secretInputs: ["stringData.KEY", '["odd key"][0].value'],
                dependencies: [],
            },
        ]);
    });

    test("does not know the stack that mocks hang it on", () => {
        const stack = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
        const web = "urn:pulumi:dev::shop::pulumi:pulumi:Stack$twelvefold:index:App::web";
        const common = { name: "n", dependencies: [], inputs: {} };
        const resources = exported([
            { ...common, type: "pulumi:pulumi:Stack", urn: stack, parent: "" },
            { ...common, type: "twelvefold:index:App", urn: web, parent: stack },
            {
                ...common,
                type: "child",
                urn: "urn:pulumi:dev::shop::twelvefold:index:App$child::c",
                parent: web,
                dependencies: [web],
            },
        ]);
        const app = "urn:pulumi:dev::shop::twelvefold:index:App::web";
        expect(resources.map(({ urn, parent, dependencies }) => ({ urn, parent, dependencies }))).toEqual([
            { urn: app, parent: undefined, dependencies: [] },
            { urn: "urn:pulumi:dev::shop::twelvefold:index:App$child::c", parent: app, dependencies: [app] },
        ]);
    });
});

describe("the order", () => {
    test("puts everything after what it depends on, and does not depend on the order of registration", () => {
        const graph = fc.array(fc.array(fc.nat(100), { maxLength: 3 }), { minLength: 1, maxLength: 20 }).map((edges) =>
            edges.map((to, index) =>
                resource("Kind", `n${index}`, {
                    urn: `u${index}`,
                    dependencies: index === 0 ? [] : to.map((target) => `u${target % index}`),
                }),
            ),
        );
        const shuffled = graph.chain((all) =>
            fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
        );
        const order = (all: readonly ExportedResource[]) =>
            inOrder(
                all,
                () => 0,
                ({ name }) => name,
            ).map(({ urn }) => urn);
        fc.assert(
            fc.property(shuffled, ([all, other]) => {
                const ordered = order(all);
                expect(ordered).toHaveLength(all.length);
                for (const { urn, dependencies } of all) {
                    for (const before of dependencies)
                        expect(ordered.indexOf(before)).toBeLessThan(ordered.indexOf(urn));
                }
                expect(order(other)).toEqual(ordered);
            }),
        );
    });
});

describe("the format kubernetes", () => {
    test("prints objects in the order of applying, without what only Pulumi reads", () => {
        const annotations = { "pulumi.com/skipAwait": "true", "example.com/a": "b" };
        const text = print(
            resource("Service", "web", {
                inputs: { apiVersion: "v1", kind: "Service", metadata: { name: "web", annotations } },
            }),
            resource("Namespace", "ns"),
        );
        expect(text).toBe(
            "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: ns\n" +
                "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    example.com/a: b\n",
        );
    });

    test("names what the provider would name, the same each time", () => {
        const unnamed = resource("ConfigMap", "x", { inputs: { apiVersion: "v1", kind: "ConfigMap" } });
        expect(print(unnamed)).toMatch(/name: x-[0-9a-f]{8}\n/);
        expect(print(unnamed)).toBe(print(unnamed));
    });

    test("says which Secret has to exist, and never what is in it", () => {
        const metadata = { name: "web-secrets", namespace: "ns" };
        const inputs = {
            apiVersion: "v1",
            kind: "Secret",
            metadata,
            type: "Opaque",
            stringData: { B: "hidden", A: "hidden" },
        };
        expect(print(resource("Secret", "web-secrets", { inputs }))).toBe(
            "# The Secret web-secrets in the namespace ns has to exist (type Opaque), with: A, B.\n",
        );
    });

    test("says where a secret was in another object", () => {
        const inputs = { apiVersion: "v1", kind: "Odd", metadata: { name: "x" }, spec: { password: "(secret)" } };
        expect(print(resource("Odd", "x", { inputs, secretInputs: ["spec.password"] }))).toContain(
            "# spec.password is secret: put the value where (secret) stands.\n",
        );
    });

    test("says what it leaves out", () => {
        const release = resource("Release", "keda", {
            type: "kubernetes:helm.sh/v3:Release",
            inputs: { chart: "keda" },
        });
        expect(print(release)).toBe(
            '# kubernetes:helm.sh/v3:Release "keda" is no object of the API server: left out.\n',
        );
    });

    test("any text stays that text for a reader of YAML 1.1, as Kubernetes' is", () => {
        const odd = fc.constantFrom(
            "on",
            "yes",
            "n",
            "0600",
            "1e3",
            "12:30:00",
            "~",
            "null",
            "=",
            "2001-01-01",
            "0x1f",
            " a",
            "# b",
        );
        fc.assert(
            fc.property(
                fc.dictionary(fc.string(), fc.oneof(odd, fc.string(), fc.string({ unit: "binary" }))),
                (data) => {
                    const text = print(
                        resource("ConfigMap", "x", { inputs: { apiVersion: "v1", kind: "ConfigMap", data } }),
                    );
                    const [document] = parseAllDocuments(text, { version: "1.1" });
                    expect((document as { toJS(): { data: object } }).toJS().data).toEqual({ ...data });
                },
            ),
        );
    });

    test("tells a program of another target what to set", () => {
        const app = resource("App", "web", { type: "twelvefold:index:App", inputs: { target: "local" } });
        expect(() => print(app)).toThrow(
            "The format kubernetes prints what the target kubernetes makes, and shop/dev has the target local. " +
                "Set it with: pulumi config set twelvefold:target kubernetes --stack dev; or add: --config twelvefold:target=kubernetes",
        );
    });
});
