import type { Container, Port } from "../../model.js";
import { isKnown, isOpaque } from "../../values.js";
import { opaque, type Verdict } from "../../verdict.js";

/** Judges each port of a container. */
export function ports(container: Container, judgePort: (port: Port, where: string) => Verdict): readonly Verdict[] {
    if (isOpaque(container.ports)) return [opaque(container.ports, `the ports of ${container.where}`)];
    return (container.ports ?? []).map((port) => judgePort(port, `port ${numberOf(port)} of ${container.where}`));
}

export function numberOf({ number }: Port): string {
    return isKnown(number) ? String(number) : "?";
}
