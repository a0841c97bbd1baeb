import { execFileSync } from "node:child_process";

/** The user that the server runs as. */
export interface Account {
    readonly name: string;
    readonly uid: number;
    readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Undefined: this user is not root and runs the server itself; otherwise the
 * unprivileged user that does, `postgres` where a system package made it, else `nobody`.
 */
export function serverAccount(): Account | undefined {
    if (process.getuid?.() !== 0) return undefined;
    for (const name of ["postgres", "nobody"]) {
        const uid = numericId("-u", name);
        const gid = numericId("-g", name);
        if (uid !== undefined && gid !== undefined && uid !== 0) return { name, uid, gid };
    }
    throw new Error(
        "PostgreSQL does not run as root, and neither the user `postgres` nor `nobody` exists on this machine. " +
            "Add one (for example: useradd --system postgres) or run as an ordinary user.",
    );
}

function numericId(flag: string, name: string): number | undefined {
    try {
        const text = execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
        const id = Number(text.trim());
        return Number.isInteger(id) ? id : undefined;
    } catch {
        return undefined;
    }
}
