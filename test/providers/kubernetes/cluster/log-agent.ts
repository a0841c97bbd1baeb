import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { expect, test } from "vitest";
import { agentConfig } from "../../../../stacks/platform/log-agent.js";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import { ended, freePorts } from "../../../support/processes.js";
import { until } from "../../../support/until.js";

/**
 * An OpenTelemetry Collector with the components of log-agent.ts, version 0.149.0, such as otelcol-contrib. It cannot be
 * downloaded where this project is made, and to build it takes longer than all of CI.
 */
const COLLECTOR = process.env.TWELVEFOLD_COLLECTOR;

const LINES = [
    "2026-11-21T19:00:00.000000000Z stdout F hello from NAME",
    "2026-11-21T19:00:00.100000000Z stderr P half ",
    "2026-11-21T19:00:00.200000000Z stderr F a line",
];

/** The agent of stacks/platform, as a process: files of a node, pods of a real API server, stores that write down. */
export function logAgent(plane: () => ControlPlane): void {
    test.skipIf(COLLECTOR === undefined)("an agent leads each pod's lines to the store of its label", async () => {
        const { client, folder: cluster } = plane();
        const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-log-agent-"));
        const stored = new Map<string, string>();
        const stores = http.createServer((request, response) => {
            let body = "";
            request.setEncoding("utf8").on("data", (chunk: string) => {
                body += chunk;
            });
            request.on("end", () => {
                const url = request.url ?? "";
                stored.set(url, (stored.get(url) ?? "") + body);
                response.writeHead(200, { "content-type": "application/json" }).end("{}");
            });
        });
        await new Promise<void>((resolve) => stores.listen(0, "127.0.0.1", resolve));
        const { port } = stores.address() as AddressInfo;
        await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "agent" } });
        for (const [name, days] of [
            ["week", "7"],
            ["quarter", "90"],
            ["nobody", undefined],
        ] as const) {
            const labels = { ...(days && { "twelvefold.dev/log-retention": days, "twelvefold.dev/log-sink": "logs" }) };
            const pod = await client.apply({
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name, namespace: "agent", labels },
                spec: { nodeName: "node-0", containers: [{ name: "app", image: "example" }] },
            });
            const { uid } = pod.metadata as { readonly uid?: string };
            const files = path.join(folder, "pods", `agent_${name}_${uid}`, "app");
            mkdirSync(files, { recursive: true });
            writeFileSync(path.join(files, "0.log"), `${LINES.join("\n").replace("NAME", name)}\n`);
        }

        const state = path.join(folder, "state");
        mkdirSync(state);
        const [healthPort = 0] = await freePorts(1);
        const url = (days: number) => `http://127.0.0.1:${port}/${days}`;
        const classes = [7, 90].map((retentionDays) => ({ retentionDays, url: url(retentionDays) }));
        // As it is installed, but for where it runs, and for a test that reads what is sent.
        const config = JSON.stringify(agentConfig(classes, { namespace: "twelvefold-logs", state, healthPort }))
            .replace("/var/log/pods/*", `${folder}/pods/*`)
            .replace('"k8sattributes":{', '"k8sattributes":{"auth_type":"kubeConfig",')
            .replaceAll('"logs_endpoint"', '"encoding":"json","compression":"none","logs_endpoint"');
        writeFileSync(path.join(folder, "config.json"), config);
        copyFileSync(path.join(cluster, "kubeconfig"), path.join(folder, "kubeconfig"));
        const env = { ...process.env, KUBECONFIG: path.join(folder, "kubeconfig"), NODE_NAME: "node-0" };
        const agent = spawn(COLLECTOR as string, [`--config=${folder}/config.json`], { env, stdio: "ignore" });
        try {
            await until(async () => stored.size === 2, 30);
        } finally {
            await ended(agent, "SIGTERM");
            stores.close();
            rmSync(folder, { recursive: true });
            await client.delete({ apiVersion: "v1", kind: "Namespace", metadata: { name: "agent" } });
        }
        expect([...stored.keys()].sort()).toEqual([
            "/7/insert/opentelemetry/v1/logs",
            "/90/insert/opentelemetry/v1/logs",
        ]);
        const [week = "", quarter = ""] = ["7", "90"].map((days) =>
            stored.get(`/${days}/insert/opentelemetry/v1/logs`),
        );
        expect(week).toContain('"hello from week"');
        expect(quarter).toContain('"hello from quarter"');
        for (const lines of [week, quarter]) {
            // The container runtime writes long lines in pieces.
            expect(lines).toContain('"half a line"');
            expect(lines).toContain('{"key":"twelvefold.sink","value":{"stringValue":"logs"}}');
            expect(lines).not.toContain("nobody");
        }
    });
}
