import { existsSync } from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { expect, test } from "vitest";
import { startControlPlane } from "../../../support/control-plane/index.js";
import { processesMentioning } from "../../../support/leftovers.js";

/** That a control plane leaves nothing on this machine. */
export function leftovers(): void {
    test("leaves no process, no port and no file", async () => {
        const own = await startControlPlane();
        const { folder, client } = own;
        const { port } = new URL(client.http.server);
        const running = processesMentioning(folder).map(({ command }) => path.basename(command.split(" ")[0] ?? ""));
        expect(running.sort()).toEqual([
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kwok",
            "server",
        ]);
        await own.stop();
        expect(processesMentioning(folder)).toEqual([]);
        expect(existsSync(folder)).toBe(false);
        await expect(connect(Number(port))).rejects.toThrow("ECONNREFUSED");
    });
}

function connect(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const socket = net.connect(port, "127.0.0.1", () => {
            socket.destroy();
            resolve();
        });
        socket.once("error", reject);
    });
}
