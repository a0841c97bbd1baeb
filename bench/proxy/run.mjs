// P10: our load balancer beside Debian's nginx, with the same two backends, on loopback.
// Needs Go, nginx and wrk: apt-get update && apt-get install -y nginx-light wrk. After `npm run build`:
//   node bench/proxy/run.mjs [seconds per run]
// Everything shares this machine's cores, so figures in requests a second are not portable; the ratio nearly is.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { machine, median, report } from "../report.mjs";

const require = createRequire(import.meta.url);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const { ProxyClient } = require(path.join(root, "dist/providers/local/proxy/index.js"));
const { socketFolder, socketPath } = require(path.join(root, "dist/providers/local/paths.js"));
const CONNECTIONS = 50;
const ROUNDS = 3;
const LATENCY_ROUNDS = 7;
const SECONDS = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 3);
const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-bench-"));
const children = [];

function start(command, args) {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    children.push(child);
    return child;
}

async function freePort() {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

async function answers(port) {
    for (let round = 0; round < 100; round++) {
        const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
            (response) => response.status === 200,
            () => false,
        );
        if (isUp) return;
        await sleep(50);
    }
    throw new Error(`Nothing answers on port ${port}.`);
}

/** One worker, no access log, connections kept without bound, like ours. */
function nginx(name, servers) {
    const file = path.join(folder, `${name}.conf`);
    writeFileSync(
        file,
        `daemon off; worker_processes 1; pid ${folder}/${name}.pid; error_log ${folder}/${name}.log;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path ${folder}/${name}; proxy_temp_path ${folder}/${name};
fastcgi_temp_path ${folder}/${name}; uwsgi_temp_path ${folder}/${name}; scgi_temp_path ${folder}/${name};
${servers} }\n`,
    );
    mkdirSync(path.join(folder, name));
    return start("nginx", ["-c", file]);
}

async function wrk(port) {
    const { stdout } = await promisify(execFile)("wrk", [
        "-t1",
        `-c${CONNECTIONS}`,
        `-d${SECONDS}s`,
        "--latency",
        `http://127.0.0.1:${port}/`,
    ]);
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
    return {
        perSecond: Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)[1]),
        requests: Number(/(\d+) requests in/.exec(stdout)[1]),
    };
}

/** Latencies at a steady rate, in milliseconds. */
async function paced(port, perSecond) {
    const { stdout } = await promisify(execFile)(
        path.join(folder, "paced"),
        [port, CONNECTIONS, perSecond, SECONDS].map(String),
    );
    return JSON.parse(stdout);
}

/** CPU time that a process and its children took so far, in microseconds (Linux). */
function cpuMicroseconds(pid) {
    if (!existsSync(`/proc/${pid}/stat`)) return Number.NaN;
    const ticks = (one) => {
        const fields = readFileSync(`/proc/${one}/stat`, "utf8").split(") ")[1].split(" ");
        return Number(fields[11]) + Number(fields[12]);
    };
    const workers = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    return [pid, ...workers].reduce((sum, one) => sum + ticks(one) * 10_000, 0);
}

/** Since this machine started, in processor ticks (Linux): what everything on it took, and what its host took away. */
function processorTicks() {
    const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
        .split("\n")[0]
        .split(/\s+/)
        .slice(1)
        .map(Number);
    return { busy: user + nice + system + irq + softirq, stolen: steal };
}

async function run() {
    const [one, two, front, ours] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const app = (port) => `server { listen 127.0.0.1:${port}; location / { return 200 "hello"; } }`;
    nginx("one", app(one));
    nginx("two", app(two));
    const other = nginx(
        "front",
        `upstream apps { server 127.0.0.1:${one}; server 127.0.0.1:${two}; keepalive 64; keepalive_requests 1000000000; }
server { listen 127.0.0.1:${front}; location / { proxy_pass http://apps; proxy_http_version 1.1; proxy_set_header Connection "";
proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Request-Id $request_id; } }`,
    );
    const home = path.join(folder, "home");
    mkdirSync(home);
    const proxy = start(process.execPath, [path.join(root, "dist/providers/local/proxy/main.js"), home]);
    const client = new ProxyClient(socketPath(home, "proxy"));
    for (let round = 0; round < 100 && !(await client.stats().catch(() => undefined)); round++) await sleep(50);
    await client.putListener({
        id: "balancer/front",
        port: ours,
        serves: { balancer: "front" },
        algorithm: "roundRobin",
        idleTimeoutSeconds: 60,
        allowedCidrs: [],
        proxyProtocol: false,
    });
    await client.putSource({
        key: "bench",
        app: "bench",
        routes: [{ balancer: "front", path: "/", stripPrefix: false }],
        readinessPath: "/",
        endpoints: [one, two].map((port) => ({ id: `e${port}`, port, release: "1", state: "ready" })),
    });
    for (const port of [one, two, front, ours]) await answers(port);

    const results = { nginx: [], ours: [] };
    for (let round = 0; round < ROUNDS; round++) {
        // By turns, so that what else this machine does hits both.
        for (const [name, port, pid] of [
            ["nginx", front, other.pid],
            ["ours", ours, proxy.pid],
        ]) {
            const before = cpuMicroseconds(pid);
            const { perSecond, requests } = await wrk(port);
            results[name].push({ perSecond, cpu: (cpuMicroseconds(pid) - before) / requests });
        }
    }
    const rate = (name) => median(results[name].map(({ perSecond }) => perSecond));
    const cpu = (name) => median(results[name].map((one) => one.cpu));
    for (const name of ["nginx", "ours"]) {
        console.log(
            `${name.padEnd(6)} ${rate(name).toFixed(0)} req/s, ${cpu(name).toFixed(1)} µs CPU a request (median of ${ROUNDS})`,
        );
    }
    const ratio = median(results.ours.map(({ perSecond }, round) => perSecond / results.nginx[round].perSecond));
    report({
        bench: "proxy",
        figure: `${rate("ours").toFixed(0)} requests a second`,
        goal: "0.60, 15,000",
        met: ratio >= 0.6 && rate("ours") >= 15_000,
        ratio,
        peer: `nginx (${rate("nginx").toFixed(0)}), median of pairs`,
    });

    await promisify(execFile)("go", ["build", "-o", folder, path.join(import.meta.dirname, "paced.go")], {
        env: { ...process.env, GO111MODULE: "off" },
    });
    const perSecond = Math.round(rate("ours") / 2);
    const at = { none: [], nginx: [], ours: [] };
    for (let round = 0; round < LATENCY_ROUNDS; round++) {
        for (const [name, port] of [
            ["none", one],
            ["nginx", front],
            ["ours", ours],
        ]) {
            const before = processorTicks();
            const latencies = await paced(port, perSecond);
            const after = processorTicks();
            const share = (what) => (after[what] - before[what]) / (SECONDS * os.availableParallelism());
            at[name].push({ ...latencies, busy: share("busy"), stolen: share("stolen") });
        }
    }
    // A host that takes processors away for milliseconds makes some rounds worse and none better: the best one tells
    // most of who is measured. The medians tell of the machine.
    const best = (name, what) => Math.min(...at[name].map((run) => run[what]));
    for (const name of ["none", "nginx", "ours"]) {
        const middle = (what) => median(at[name].map((run) => run[what]));
        console.log(
            `at ${perSecond} req/s through ${name}, best of ${LATENCY_ROUNDS} (median): p50 ${best(name, "p50").toFixed(2)} ` +
                `(${middle("p50").toFixed(2)}) ms, p99 ${best(name, "p99").toFixed(2)} (${middle("p99").toFixed(2)}) ms; the machine ` +
                `${middle("busy").toFixed(0)} % busy, ${middle("stolen").toFixed(0)} % taken by its host`,
        );
    }
    const added = (name, what) => best(name, what) - best("none", what);
    for (const [what, goal] of [
        ["p50", 0.5],
        ["p99", 3],
    ]) {
        report({
            bench: "proxy",
            figure: `${what} ${added("ours", what).toFixed(2)} ms added at half load (nginx: ${added("nginx", what).toFixed(2)} ms), best of ${LATENCY_ROUNDS}`,
            goal: `${goal} ms`,
            met: added("ours", what) <= goal,
        });
    }
    await client.shutdown();
    rmSync(socketFolder(home), { recursive: true, force: true });
}

console.log(machine());
try {
    await run();
} finally {
    await Promise.all(
        children.map((child) => {
            const exited = new Promise((resolve) => (child.exitCode === null ? child.on("exit", resolve) : resolve()));
            child.kill("SIGTERM");
            return exited;
        }),
    );
    rmSync(folder, { recursive: true, force: true });
}
