import * as net from "node:net";
import { performance } from "node:perf_hooks";

/**
 * Sends requests at a steady rate over kept connections, whether or not answers come in time, and returns the
 * latencies in milliseconds, measured from when each was due: waiting in line counts.
 */
export async function paced({ port, connections, perSecond, seconds }) {
    const request = Buffer.from("GET / HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n\r\n");
    const idle = [];
    const due = [];
    const latencies = [];
    let answered = 0;
    const sockets = await Promise.all(Array.from({ length: connections }, () => connect(port)));
    const send = (socket) => {
        socket.due = due.shift();
        socket.write(request);
    };
    for (const socket of sockets) {
        socket.on("data", (chunk) => {
            // Answers are small and never in pieces; one ends with its body.
            if (!chunk.includes("\r\n\r\n")) throw new Error("An answer came in pieces.");
            latencies.push(performance.now() - socket.due);
            answered++;
            if (due.length > 0) send(socket);
            else idle.push(socket);
        });
        idle.push(socket);
    }
    const total = Math.round(perSecond * seconds);
    const start = performance.now();
    let made = 0;
    await new Promise((resolve) => {
        const tick = () => {
            const now = performance.now();
            while (made < total && start + (made * 1000) / perSecond <= now) {
                due.push(start + (made * 1000) / perSecond);
                made++;
                const socket = idle.shift();
                if (socket !== undefined) send(socket);
            }
            if (answered === total) resolve();
            else if (made < total && start + ((made + 1) * 1000) / perSecond - now > 2) setTimeout(tick, 1);
            else setImmediate(tick);
        };
        tick();
    });
    for (const socket of sockets) socket.destroy();
    latencies.sort((a, b) => a - b);
    return (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))];
}

function connect(port) {
    return new Promise((resolve, reject) => {
        const socket = net.connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
        socket.on("error", reject);
    });
}
