import { execFile, execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

/** Of all processes that run in a group or session now. */
export interface GroupUsage {
    /** Since the group began, with that of ended children; goes back only when an orphan ends unseen. */
    readonly cpuMilliseconds: number;
    /** Pages that several of them share count for each. */
    readonly rssBytes: number;
}

interface ProcessUsage extends GroupUsage {
    /** The group and the session that it is in, by the pids of their leaders. */
    readonly leaders: readonly number[];
}

/**
 * Measures replicas: processor time and memory of everything that a process group leader has started and that has
 * not left both its group and its session.
 */
export class ProcessSampler {
    /** @returns Usage by the keys of `groups`; a group that has no process has none either. */
    async sample(groups: Readonly<Record<string, number>>): Promise<Record<string, GroupUsage>> {
        const keys = new Map(Object.entries(groups).map(([key, leader]) => [leader, key]));
        if (keys.size === 0) return {};
        const processes = process.platform === "linux" ? linuxProcesses() : await bsdProcesses();
        const usage: Record<string, GroupUsage> = {};
        for (const { leaders, cpuMilliseconds, rssBytes } of processes) {
            const leader = leaders.find((pid) => keys.has(pid));
            const key = leader === undefined ? undefined : keys.get(leader);
            if (key === undefined) continue;
            const sum = usage[key];
            usage[key] = {
                cpuMilliseconds: (sum?.cpuMilliseconds ?? 0) + cpuMilliseconds,
                rssBytes: (sum?.rssBytes ?? 0) + rssBytes,
            };
        }
        return usage;
    }
}

/**
 * The figures an autoscaler wants, from two samples of one replica.
 *
 * @param request What the app asked for: vCPU and MiB.
 */
export function usageOfRequest(
    before: GroupUsage,
    after: GroupUsage,
    elapsedMilliseconds: number,
    request: { readonly cpu: number; readonly memoryMiB: number },
): { readonly cpuPercent: number; readonly memoryPercent: number } {
    const busy = Math.max(0, after.cpuMilliseconds - before.cpuMilliseconds) / Math.max(1, elapsedMilliseconds);
    return {
        cpuPercent: (100 * busy) / request.cpu,
        memoryPercent: (100 * after.rssBytes) / (request.memoryMiB * 1024 * 1024),
    };
}

/** Of one /proc/<pid>/stat, see proc(5). */
export function parseStat(stat: string, ticksPerSecond: number, pageBytes: number): ProcessUsage | undefined {
    // The second field, the command in parentheses, may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (number: number): number => Number(fields[number - 3]);
    // utime, stime, and those of children that were waited for: their time must not vanish when they end.
    const ticks = field(14) + field(15) + field(16) + field(17);
    const rssPages = field(24);
    if (!Number.isFinite(ticks + rssPages)) return undefined;
    return {
        leaders: [field(5), field(6)],
        cpuMilliseconds: (ticks * 1000) / ticksPerSecond,
        rssBytes: rssPages * pageBytes,
    };
}

/** Of `ps -axo pgid=,time=,rss=`; time is [[dd-]hh:]mm:ss[.cc], rss is in KiB. */
export function parsePs(text: string): ProcessUsage[] {
    return text.split("\n").flatMap((line) => {
        const match = /^\s*(\d+)\s+(?:(\d+)-)?([\d:.]+)\s+(\d+)\s*$/.exec(line);
        if (match === null) return [];
        const [, group, days = "0", time = "", rss] = match;
        const seconds = time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
        return [{ leaders: [Number(group)], cpuMilliseconds: seconds * 1000, rssBytes: Number(rss) * 1024 }];
    });
}

let linuxUnits: { readonly ticksPerSecond: number; readonly pageBytes: number } | undefined;

function linuxProcesses(): ProcessUsage[] {
    linuxUnits ??= { ticksPerSecond: getconf("CLK_TCK", 100), pageBytes: getconf("PAGESIZE", 4096) };
    const { ticksPerSecond, pageBytes } = linuxUnits;
    return readdirSync("/proc").flatMap((entry) => {
        if (!/^\d+$/.test(entry)) return [];
        try {
            const usage = parseStat(readFileSync(`/proc/${entry}/stat`, "latin1"), ticksPerSecond, pageBytes);
            return usage === undefined ? [] : [usage];
        } catch {
            return []; // It ended while we looked.
        }
    });
}

function getconf(name: string, otherwise: number): number {
    try {
        return Number(execFileSync("getconf", [name], { encoding: "utf8" })) || otherwise;
    } catch {
        return otherwise; // Not installed on some slim images; the values of nearly every machine.
    }
}

async function bsdProcesses(): Promise<ProcessUsage[]> {
    const { stdout } = await promisify(execFile)("ps", ["-axo", "pgid=,time=,rss="], {
        env: { ...process.env, LC_ALL: "C" },
        maxBuffer: 16 * 1024 * 1024,
    });
    return parsePs(stdout);
}
