import type { HealthRequest } from "../contract.js";

/** The one container of a task. */
export const CONTAINER = "app";

export interface ContainerParts {
    readonly image: string;
    readonly command?: readonly string[];
    readonly port?: number;
    readonly environment: Readonly<Record<string, string>>;
    /** References to secrets, by variable. */
    readonly secrets: Readonly<Record<string, string>>;
    readonly stopTimeoutSeconds: number;
    readonly user?: string;
    /** What ECS runs inside the container to learn how it is. */
    readonly check?: ContainerCheck;
    readonly logGroup: string;
    readonly region: string;
    /** Name of the App or Job; begins the names of its log streams. */
    readonly name: string;
}

export interface ContainerCheck {
    readonly command: readonly string[];
    readonly health: HealthRequest;
}

const TMP_MIB = 64;

/** The container as ECS reads it, in an order that does not depend on the program's. */
export function containerDefinition(parts: ContainerParts): object {
    const { port, command, user, check } = parts;
    return {
        name: CONTAINER,
        image: parts.image,
        essential: true,
        ...(command === undefined ? {} : { command }),
        ...(port === undefined
            ? {}
            : { portMappings: [{ name: "http", containerPort: port, protocol: "tcp", appProtocol: "http" }] }),
        environment: sorted(parts.environment).map(([name, value]) => ({ name, value })),
        secrets: sorted(parts.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
        stopTimeout: parts.stopTimeoutSeconds,
        readonlyRootFilesystem: true,
        linuxParameters: {
            initProcessEnabled: true,
            // A volume would belong to root, and an image that runs as somebody else could not write.
            tmpfs: [{ containerPath: "/tmp", size: TMP_MIB, mountOptions: ["mode=1777"] }],
        },
        ...(user === undefined ? {} : { user }),
        ...(check === undefined ? {} : { healthCheck: healthCheck(check) }),
        logConfiguration: {
            logDriver: "awslogs",
            options: {
                "awslogs-group": parts.logGroup,
                "awslogs-region": parts.region,
                "awslogs-stream-prefix": parts.name,
                // An app must not stop because its lines cannot be written.
                mode: "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    };
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
    return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The longest time that ECS does not count failures for. */
export const MAX_START_SECONDS = 300;

function healthCheck({ command, health }: ContainerCheck): object {
    const interval = clamp(health.intervalSeconds, 5, 300);
    return {
        command,
        interval,
        timeout: clamp(health.timeoutSeconds, 2, 60),
        retries: clamp(health.failureThreshold, 1, 10),
        startPeriod: clamp(health.startupSeconds, 0, MAX_START_SECONDS),
    };
}

export function clamp(value: number, least: number, most: number): number {
    return Math.min(most, Math.max(least, value));
}

/**
 * Asks a path from inside the container, by what the image has: nothing outside asks an app without a route. An image
 * with none of the four is taken for healthy while it runs.
 */
export function probeOf(port: number, { readinessPath, timeoutSeconds }: HealthRequest): readonly string[] {
    const url = `http://127.0.0.1:${port}${readinessPath}`;
    const node =
        `fetch('${url}',{redirect:'manual',signal:AbortSignal.timeout(${timeoutSeconds * 1000})})` +
        ".then(r=>process.exit(r.status<400?0:1),()=>process.exit(1))";
    const python = `import urllib.request as u;u.urlopen('${url}',timeout=${timeoutSeconds})`;
    const line = [
        `if command -v curl >/dev/null; then curl -fsS -m ${timeoutSeconds} -o /dev/null '${url}'`,
        `elif command -v wget >/dev/null; then wget -q -T ${timeoutSeconds} -O /dev/null '${url}'`,
        `elif command -v node >/dev/null; then node -e "${node}"`,
        `elif command -v python3 >/dev/null; then python3 -c "${python}"`,
        "fi || exit 1",
    ].join("; ");
    return ["CMD-SHELL", line];
}
