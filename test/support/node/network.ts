import { readFileSync } from "node:fs";
import { run } from "./shell.js";

const HOST_LINK = "twelvefold0";
const NAMESPACE = "twelvefold-node";
const HOST = "10.255.0.2";

/** Addresses inside the node's network. */
export const NODE = "10.255.0.1";
export const PODS = "10.88.0.0/16";
export const SERVICES = "10.96.0.0/16";
/** What a cloud would hand out for Services of the type LoadBalancer. */
export const LOAD_BALANCERS = "10.97.0.0/16";

/**
 * A network namespace that holds the node, its pods and its Services. Only this machine can reach it, over one pair of
 * virtual links; nothing in it reaches the world, and nothing of the machine's own network is changed but for three routes.
 */
export class NodeNetwork {
    /** Before a command, it makes it run in the network; unlike `ip netns exec` it leaves /sys and the cgroups alone. */
    readonly prefix = ["nsenter", `--net=/var/run/netns/${NAMESPACE}`];

    up(): void {
        this.down();
        run("ip", ["netns", "add", NAMESPACE]);
        run("ip", ["link", "add", HOST_LINK, "type", "veth", "peer", "name", "node0", "netns", NAMESPACE]);
        run("ip", ["addr", "add", `${HOST}/30`, "dev", HOST_LINK]);
        run("ip", ["link", "set", HOST_LINK, "up"]);
        for (const command of [
            "ip link set lo up",
            `ip addr add ${NODE}/30 dev node0`,
            "ip link set node0 up",
            "sysctl -qw net.ipv4.ip_forward=1",
            `ip route add default via ${HOST}`,
        ]) {
            const [program = "", ...args] = [...this.prefix, ...command.split(" ")];
            run(program, args);
        }
        for (const range of [PODS, SERVICES, LOAD_BALANCERS]) run("ip", ["route", "add", range, "via", NODE]);
    }

    /** Routes go with their link, and pods' networks with their containers. */
    down(): void {
        const links = readFileSync("/proc/net/dev", "utf8");
        if (links.includes(`${HOST_LINK}:`)) run("ip", ["link", "del", HOST_LINK]);
        if (run("ip", ["netns", "list"]).includes(NAMESPACE)) run("ip", ["netns", "del", NAMESPACE]);
    }
}
