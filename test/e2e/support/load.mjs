/**
 * Sends requests at a steady rate, whether or not answers come in time (an open loop): half of them on kept connections,
 * half on new ones. Started by load.ts, which says over IPC what to do next.
 */
import * as http from "node:http";
import { performance } from "node:perf_hooks";

/** Idle ones beyond these are closed; more of them are opened while all are busy, or answers would be waited for. */
const KEPT_CONNECTIONS = 25;
const REMEMBERED_FAILURES = 200;

const { url, echo, versionHeader, timeoutMilliseconds, postShare, holdShare } = JSON.parse(process.argv[2]);
// In turn, so that none of them is idle for as long as a server keeps idle ones: that would be the client's own fault.
const kept = new http.Agent({ keepAlive: true, scheduling: "fifo", maxFreeSockets: KEPT_CONNECTIONS });

const phases = {};
const failures = [];
const latencies = [];
let phase = "";
let perSecond = 0;
let sent = 0;
let ended = 0;
let failed = 0;
/** Requests since the rate was set, and when that was. */
let made = 0;
let since = performance.now();
let latest = 0;
let whenDone = () => {};

function tick() {
    const now = performance.now();
    while (perSecond > 0 && since + (made * 1000) / perSecond <= now) {
        latest = Math.max(latest, now - since - (made * 1000) / perSecond);
        made++;
        send();
    }
}
setInterval(tick, 2);

function send() {
    const number = sent++;
    const connection = number % 2 === 0 ? "kept" : "new";
    const method = share(number, 2, postShare) ? "POST" : "GET";
    const path = `${share(number, 3, holdShare) ? "/hold" : "/r"}/${number}`;
    const body = method === "POST" ? `body of ${number}` : "";
    const started = performance.now();
    const mine = phase;
    phases[mine] ??= { requests: 0, failed: 0, byVersion: {} };
    phases[mine].requests++;
    let over = false;
    const finish = (cause, version = "none") => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        ended++;
        latencies.push(performance.now() - started);
        phases[mine].byVersion[version] ??= { answered: 0, failed: 0 };
        phases[mine].byVersion[version].answered++;
        if (cause !== undefined) {
            failed++;
            phases[mine].failed++;
            phases[mine].byVersion[version].failed++;
            const failure = { time: new Date().toISOString(), phase: mine, connection, method, path, version, cause };
            if (failures.length < REMEMBERED_FAILURES) failures.push(failure);
        }
        if (ended === sent) whenDone();
    };
    const request = http.request(new URL(echo ? path : "", url), {
        method,
        agent: connection === "kept" ? kept : false,
        headers: body === "" ? {} : { "content-length": body.length },
    });
    const timer = setTimeout(() => {
        finish(`no answer within ${timeoutMilliseconds} ms`);
        request.destroy();
    }, timeoutMilliseconds);
    request.on("error", (error) => finish(`${error.code}: ${error.message}`));
    request.on("response", (response) => {
        const version = response.headers[versionHeader];
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
            text += chunk;
        });
        response.on("error", (error) => finish(`in the answer, ${error.code}: ${error.message}`, version));
        response.on("end", () => {
            const { statusCode } = response;
            // A page that is only asked for has nothing to say but 200.
            const good = echo ? statusCode >= 200 && statusCode <= 299 : statusCode === 200;
            if (!good) finish(`status ${statusCode}: ${text.slice(0, 100)}`, version);
            else if (echo && !text.endsWith(` ${number} ${body}`)) finish(`wrong body: ${text.slice(0, 100)}`, version);
            else finish(undefined, version);
        });
    });
    request.end(body);
}

/** Every so manieth, in both kinds of connections alike. */
function share(number, shift, percent) {
    return percent > 0 && Math.floor(number / 2 + shift) % Math.round(100 / percent) === 0;
}

const commands = {
    rate(value) {
        perSecond = value;
        made = 0;
        since = performance.now();
    },
    /** Requests count to the phase that they are sent in. */
    phase(name) {
        phase = name;
    },
    count: () => sent,
    /** Waits for the answers to what was sent. */
    async stop() {
        perSecond = 0;
        if (ended < sent) {
            await new Promise((resolve) => {
                whenDone = resolve;
            });
        }
        latencies.sort((a, b) => a - b);
        const at = (q) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? 0;
        const milliseconds = { p50: at(0.5), p99: at(0.99), most: at(1) };
        return { requests: sent, failed, failures, phases, milliseconds, latestMilliseconds: latest };
    },
};

process.on("message", async ({ id, command, value }) => {
    const answer = await commands[command](value);
    process.send({ id, answer }, () => {
        if (command === "stop") process.exit(0);
    });
});
process.on("disconnect", () => process.exit(0));
